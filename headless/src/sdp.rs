//! The few facts of a session description that a test looks at.

/// One media section.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Its `a=mid` (RFC 8843).
    pub mid: String,
    /// `audio` or `video`.
    pub kind: String,
    /// `sendonly`, `recvonly`, `sendrecv` or `inactive`.
    pub direction: String,
    /// Its `a=ssrc`s (RFC 5576), each once.
    pub ssrcs: Vec<u32>,
    /// Media and retransmission SSRCs that belong together (RFC 5576 §4.2, `FID`).
    pub repairs: Vec<(u32, u32)>,
    /// Its `a=msid` stream (RFC 8830).
    pub stream: Option<String>,
}

/// Reads the media sections of a description; what cannot be read is left out.
pub fn sections(sdp: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in sdp.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            let kind = media.split(' ').next().unwrap_or_default().to_owned();
            sections.push(Section { kind, ..Section::default() });
        } else if let (Some(section), Some(attribute)) =
            (sections.last_mut(), line.strip_prefix("a="))
        {
            read_attribute(section, attribute);
        }
    }
    sections
}

fn read_attribute(section: &mut Section, attribute: &str) {
    let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
    match name {
        "mid" => value.clone_into(&mut section.mid),
        "sendonly" | "recvonly" | "sendrecv" | "inactive" => {
            name.clone_into(&mut section.direction);
        }
        "msid" => section.stream = value.split(' ').next().map(str::to_owned),
        "ssrc" => {
            let ssrc = value.split(' ').next().and_then(|it| it.parse().ok());
            section.ssrcs.extend(ssrc.filter(|ssrc| !section.ssrcs.contains(ssrc)));
        }
        "ssrc-group" => {
            let mut words = value.split(' ');
            let is_repair = words.next() == Some("FID");
            let mut number = || words.next().and_then(|it| it.parse().ok());
            if let (true, Some(media), Some(repair)) = (is_repair, number(), number()) {
                section.repairs.push((media, repair));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repair_streams_are_found_beside_their_media() {
        let sdp = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=sendonly\r\n\
                   a=msid:pair-0 video-0\r\na=ssrc-group:FID 7 8\r\na=ssrc:7 cname:x\r\n\
                   a=ssrc:7 msid:y\r\na=ssrc:8 cname:x\r\n";

        let [section] = &sections(sdp)[..] else { panic!("one section") };

        assert_eq!((section.mid.as_str(), section.kind.as_str()), ("3", "video"));
        assert_eq!(section.ssrcs, [7, 8]);
        assert_eq!(section.repairs, [(7, 8)]);
        assert_eq!(section.stream.as_deref(), Some("pair-0"));
    }
}
