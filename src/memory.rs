//! How the allocator gives memory back.

/// Has large pieces of memory go back to the system as soon as they are freed.
///
/// glibc raises the size from which it does that to the largest piece it ever freed, and each thread
/// keeps what is smaller: after a few sign-ins, whose hashes take 19 MiB each, an idle server held
/// 100 MB and more for nothing.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back_large() {
    // SAFETY: sets a number of the allocator, under a lock of its own.
    unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE_BYTES) };
}

/// Other allocators have no such habit.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back_large() {}

/// Hashes and decoded pictures are larger, what a message or a packet needs is far smaller.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE_BYTES: libc::c_int = 1 << 20;
