//! A device's place in a call: its participant and its peer connection.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use anyhow::Context;
use palabre_signaling::wire::{
    Call, CallId, ParticipantId, Reply, Request, Sending, Shown, Slot, Source, Want,
};

use crate::{
    asker::RequestError,
    member::Member,
    mirror::Mirror,
    peer::{Peer, Publishing},
    received::Received,
};

/// A place in a call. Dropping it closes the media, but does not leave.
pub struct Seat {
    /// Which call.
    pub call: CallId,
    /// Oneself in it.
    pub participant: ParticipantId,
    /// The media.
    pub peer: Peer,
    wants: Vec<Want>,
}

impl Member {
    /// Joins a call: offers, takes the answer, and waits until the media is up.
    pub async fn join_call(
        &mut self,
        call: CallId,
        publishing: &Publishing,
    ) -> anyhow::Result<Seat> {
        let mut peer = Peer::new(local_address(self.account().base())?, publishing).await?;
        let (offer, sources) = peer.offer().await?;
        let sending = Sending {
            microphone: publishing.microphone.is_some(),
            camera: publishing.camera.is_some(),
            screen: false,
        };
        let request = Request::JoinCall { call, offer, sources, sending };
        let participant = self.take_answer(request, &mut peer).await?;
        peer.connected().await?;
        Ok(Seat { call, participant, peer, wants: Vec::new() })
    }

    /// Opens a second connection for a seat and waits until it has taken over; returns the earlier one,
    /// which the server keeps for a moment.
    pub async fn move_seat(
        &mut self,
        seat: &mut Seat,
        publishing: &Publishing,
    ) -> anyhow::Result<Peer> {
        let mut peer = Peer::new(local_address(self.account().base())?, publishing).await?;
        let (offer, sources) = peer.offer().await?;
        let request = Request::MoveSeat { participant: seat.participant, offer, sources };
        let second = self.take_answer(request, &mut peer).await?;
        let wants = seat.wants.clone();
        self.done(Request::Want { participant: second, wants, data_saver: None }).await?;
        peer.connected().await?;
        let moved = |mirror: &Mirror| mirror.moved_seats.contains(&second).then_some(());
        self.wait_until("the second connection has taken over", moved).await?;
        Ok(std::mem::replace(&mut seat.peer, peer))
    }

    /// Offers again on a seat, as after adding slots or to restart ICE.
    pub async fn offer_again(&mut self, seat: &mut Seat) -> anyhow::Result<()> {
        let (offer, sources) = seat.peer.offer().await?;
        let request = Request::Offer { participant: seat.participant, offer, sources };
        self.take_answer(request, &mut seat.peer).await?;
        Ok(())
    }

    /// Asks for the pictures of everybody else who sends one, as far as there are slots; a person
    /// keeps the slot they have. Asks nothing when nothing changed.
    pub async fn watch_everybody(&mut self, seat: &mut Seat) -> Result<(), RequestError> {
        let Some(call) = self.mirror().calls.values().find(|call| call.id == seat.call) else {
            return Ok(());
        };
        let wants = seat.wants_for(call);
        if wants == seat.wants {
            return Ok(());
        }
        self.want(seat, wants).await
    }

    /// Says what each video slot should show.
    pub async fn want(&self, seat: &mut Seat, wants: Vec<Want>) -> Result<(), RequestError> {
        let participant = seat.participant;
        self.done(Request::Want { participant, wants: wants.clone(), data_saver: None }).await?;
        seat.wants = wants;
        Ok(())
    }

    /// Gives the seat up.
    pub async fn leave_call(&self, seat: Seat) -> Result<(), RequestError> {
        self.done(Request::LeaveCall { participant: seat.participant }).await
    }

    async fn take_answer(
        &mut self,
        request: Request,
        peer: &mut Peer,
    ) -> anyhow::Result<ParticipantId> {
        let reply = self.ask(request).await?;
        let Reply::Answer { answer, call, slots } = reply else {
            return Err(RequestError::WrongReply.into());
        };
        let mirror = self.mirror_mut();
        mirror.put_call(call);
        mirror.slots.insert(answer.participant, slots);
        peer.answer(answer.sdp).await.context("taking the answer")?;
        Ok(answer.participant)
    }
}

impl Seat {
    /// The slot that shows or plays a source of a participant, by what the server said last.
    pub fn slot_of(
        &self,
        mirror: &Mirror,
        participant: ParticipantId,
        source: Source,
    ) -> Option<String> {
        let shown = Some(Shown { participant, source });
        let slots: &Vec<Slot> = mirror.slots.get(&self.participant)?;
        slots.iter().find(|slot| slot.shown == shown).map(|slot| slot.mid.clone())
    }

    /// What arrived of a participant's source; nothing when no slot carries it.
    pub fn received(
        &self,
        mirror: &Mirror,
        participant: ParticipantId,
        source: Source,
    ) -> Received {
        let slot = self.slot_of(mirror, participant, source);
        slot.map(|mid| self.peer.received(&mid)).unwrap_or_default()
    }

    fn wants_for(&self, call: &Call) -> Vec<Want> {
        let others = call
            .participants
            .iter()
            .filter(|other| other.id != self.participant && other.sending.camera)
            .map(|other| Shown { participant: other.id, source: Source::Camera });
        let mut waiting: Vec<Shown> = others.collect();
        let slots = self.peer.slots("video");
        let mut shows = vec![None; slots.len()];
        for (mid, show) in slots.iter().zip(&mut shows) {
            let kept = self.wants.iter().find(|want| want.mid == *mid).and_then(|want| want.show);
            *show = kept.filter(|shown| waiting.contains(shown));
            waiting.retain(|other| Some(*other) != *show);
        }
        let mut waiting = waiting.into_iter();
        for free in shows.iter_mut().filter(|show| show.is_none()) {
            *free = waiting.next();
        }
        let want = |(mid, show)| Want { mid, show, width: TILE_WIDTH, height: TILE_HEIGHT };
        slots.into_iter().zip(shows).map(want).collect()
    }
}

/// The local address from which the server is reached; nothing is sent to find out.
fn local_address(base: &str) -> anyhow::Result<IpAddr> {
    let authority = base.split("://").last().unwrap_or(base);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.connect(authority).with_context(|| format!("finding the way to {authority}"))?;
    Ok(socket.local_addr()?.ip())
}

/// Size of a tile in a call of a few people, in pixels.
const TILE_WIDTH: u16 = 320;

/// The same, upwards.
const TILE_HEIGHT: u16 = 180;
