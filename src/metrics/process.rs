//! What the process takes of the machine, as Linux tells it in /proc.

use std::fs;
use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::SECONDS;

/// Figures under the names that every Prometheus client uses; they stay 0 where there is no /proc.
#[derive(Debug)]
pub(super) struct Process {
    cpu_seconds: prometheus_client::metrics::counter::Counter<f64, AtomicU64>,
    resident_bytes: Gauge,
    open_fds: Gauge,
}

impl Process {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let process = registry.sub_registry_with_prefix("process");
        let this = Self {
            cpu_seconds: Default::default(),
            resident_bytes: Gauge::default(),
            open_fds: Gauge::default(),
        };
        let (cpu, memory, files) = (&this.cpu_seconds, &this.resident_bytes, &this.open_fds);
        process.register_with_unit("cpu", "CPU time of all threads", SECONDS, cpu.clone());
        let help = "Memory that is really there";
        process.register_with_unit("resident_memory", help, Unit::Bytes, memory.clone());
        process.register("open_fds", "Open files and sockets", files.clone());
        this
    }

    /// Looks again.
    pub(super) fn refresh(&self) {
        if let Some(seconds) = cpu_seconds() {
            self.cpu_seconds.inner().store(seconds.to_bits(), std::sync::atomic::Ordering::Relaxed);
        }
        if let Some(bytes) = resident_bytes() {
            self.resident_bytes.set(bytes);
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            // The one that is being read is no open file of ours.
            self.open_fds.set(i64::try_from(files.count()).unwrap_or(i64::MAX) - 1);
        }
    }
}

/// CPU time in user and system mode (proc_pid_stat(5), fields 14 and 15).
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name, in parentheses, may have spaces and parentheses of its own.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}

fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux of today.
const TICKS_PER_SECOND: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn linux_tells_what_the_process_takes() {
        assert!(0.0 <= cpu_seconds().unwrap());
        assert!(1 << 20 < resident_bytes().unwrap());
    }
}
