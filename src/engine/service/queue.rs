//! Waiting for a service, receiving it, giving up; and places that change.

use super::state::{Doing, NONE, Services};
use crate::base::rng::Purpose;
use crate::base::time::{SimTime, Span};
use crate::engine::agenda::Phase;
use crate::engine::clock::left_of;
use crate::engine::world::World;
use crate::model::service::Status;

const HELD: Purpose = Purpose::named("place held");

/// Marks the event of a change of places; the rest of the number is the service.
const SHIFT: u32 = 1 << 31;
/// The event that refers all who began a stay at this moment.
const ASK: u32 = u32::MAX;

impl World<'_> {
    /// Something happens to a referral, or to the places of a service.
    pub(crate) fn service_event(&mut self, who: u32, sequence: u32) {
        let Some(mut services) = self.services.take() else { return };
        if who == ASK {
            self.refer_all(&mut services);
        } else if who & SHIFT != 0 {
            self.shift_service(&mut services, (who & !SHIFT) as usize);
        } else if let Some(referral) = services.referrals.get(who as usize).copied()
            && referral.pending == sequence
        {
            match referral.doing {
                Doing::Waiting => self.stop_waiting(&mut services, who, false),
                Doing::Receiving => self.end_service(&mut services, who),
                Doing::Free => {}
            }
        }
        self.services = Some(services);
    }

    /// Schedules referrals for the end of this moment.
    pub(super) fn schedule_asking(&mut self) {
        let at = self.now.0.saturating_sub(self.net.begin.0).max(0) as u64;
        self.agenda.push(at, Phase::Service, ASK);
    }

    fn schedule_service(&mut self, services: &mut Services, at: SimTime, r: u32) {
        let at = at.0.saturating_sub(self.net.begin.0).max(0) as u64;
        services.referrals[r as usize].pending = self.agenda.push(at, Phase::Service, r);
    }

    /// Joins the queue, and will wait as long as its patience lasts.
    pub(super) fn join_service_line(&mut self, services: &mut Services, r: u32, priority: i32) {
        let Some(plan) = self.net.services.as_ref() else { return };
        let referral = services.referrals[r as usize];
        let s = referral.service;
        services.referrals[r as usize].ticket = services.lines[s].join(r, priority);
        self.recorder.service_waits(s, self.now.0);
        if let Some(patience) = &plan.services[s].patience {
            let bits = referral.key.bits(referral.draws.patience, referral.visit);
            let at = self.now + Span::from_ms_f64(patience.draw(bits));
            self.schedule_service(services, at, r);
        }
        self.set_status(services, s, referral.client, Some(Status::Waiting), true);
    }

    /// Takes a place, which the caller knows to be free.
    pub(super) fn begin_service(&mut self, services: &mut Services, r: u32, waited: bool) {
        let Some(plan) = self.net.services.as_ref() else { return };
        let referral = services.referrals[r as usize];
        let (s, now) = (referral.service, self.now);
        let spec = &plan.services[s];
        services.lines[s].busy += 1;
        services.referrals[r as usize].doing = Doing::Receiving;
        let wait = now.0 - referral.asked;
        let in_time = wait <= spec.in_time;
        let reached = referral.key.unit(referral.draws.deliver, referral.visit) < spec.delivered;
        self.recorder.service_starts(s, now.0, wait, waited, in_time, reached);
        self.take_place(services, r, 0);
        let status = match (reached, in_time) {
            (false, _) => Status::Not,
            (true, true) => Status::InTime,
            (true, false) => Status::Late,
        };
        self.set_status(services, s, referral.client, Some(status), !reached);
    }

    /// Takes a place, for which part of the time may have passed; it is free again when its clock rings.
    pub(super) fn take_place(&mut self, services: &mut Services, r: u32, passed: i64) {
        let Some(plan) = self.net.services.as_ref() else { return };
        let s = services.referrals[r as usize].service;
        let spec = &plan.services[s];
        let place = services.places[s].take();
        services.referrals[r as usize].place = place;
        let lap = services.places[s].start(place, self.now);
        let key = self.root.child(spec.key).child(u64::from(place));
        let left = |after: i64, amount| left_of(&spec.length_law, passed.saturating_add(after), amount);
        let at = lap.ring((key, HELD), self.now, self.net.stop, left);
        self.schedule_service(services, at, r);
    }

    fn end_service(&mut self, services: &mut Services, r: u32) {
        let referral = services.referrals[r as usize];
        let s = referral.service;
        services.lines[s].busy -= 1;
        services.places[s].give_back(referral.place, self.now);
        self.recorder.service_ends(s, self.now.0);
        services.drop_referral(r);
        if let Some(client) = services.client(s, referral.client) {
            client.referral = NONE;
        }
        // what was received while nobody was here counts for nothing when they come back
        let by_family = self.net.services.as_ref().is_some_and(|p| p.services[s].by_family);
        if referral.client != NONE && services.present(by_family, referral.client) == 0 {
            self.set_status(services, s, referral.client, None, false);
        }
        self.serve_service(services, s);
    }

    /// Gives up waiting, or withdraws.
    pub(super) fn stop_waiting(&mut self, services: &mut Services, r: u32, withdraws: bool) {
        let referral = services.referrals[r as usize];
        let s = referral.service;
        services.drop_referral(r);
        let referrals = &services.referrals;
        services.lines[s].gave_up(|r, ticket| still(referrals, r, ticket));
        self.recorder.service_waits_no_more(s, self.now.0, withdraws);
        if let Some(client) = services.client(s, referral.client) {
            client.referral = NONE;
        }
        self.set_status(services, s, referral.client, Some(Status::Not), true);
    }

    /// Offers free places to the queue.
    pub(super) fn serve_service(&mut self, services: &mut Services, s: usize) {
        loop {
            let referrals = &services.referrals;
            let line = &mut services.lines[s];
            if line.places <= line.busy {
                return;
            }
            let Some(r) = line.head(|r, ticket| still(referrals, r, ticket)) else { return };
            line.take_head();
            self.begin_service(services, r, true);
        }
    }

    /// Places from the last step at or before the beginning; later steps are scheduled.
    pub(super) fn open_line(&mut self, services: &mut Services, s: usize) {
        let Some(plan) = self.net.services.as_ref() else { return };
        let steps = &plan.services[s].places;
        let mut at = services.lines[s].shift();
        while steps.get(at + 1).is_some_and(|step| step.0 <= self.net.begin) {
            at = services.lines[s].shift();
        }
        self.set_places(services, s, at);
    }

    fn shift_service(&mut self, services: &mut Services, s: usize) {
        let at = services.lines[s].shift();
        self.set_places(services, s, at);
        self.serve_service(services, s);
    }

    fn set_places(&mut self, services: &mut Services, s: usize, at: usize) {
        let Some(plan) = self.net.services.as_ref() else { return };
        let steps = &plan.services[s].places;
        let Some(&(_, places)) = steps.get(at) else { return };
        services.lines[s].places = i64::from(places);
        self.recorder.service_places(s, self.now.0, i64::from(places));
        if let Some(&(next, _)) = steps.get(at + 1) {
            let next = next.0.saturating_sub(self.net.begin.0).max(0) as u64;
            self.agenda.push(next, Phase::Service, SHIFT | s as u32);
        }
    }
}

fn still(referrals: &[super::state::Referral], r: u32, ticket: u32) -> bool {
    referrals.get(r as usize).is_some_and(|r| r.doing == Doing::Waiting && r.ticket == ticket)
}
