//! What the events of cases tell the services.

use super::state::{Client, Doing, NONE, Services};
use crate::base::rng::Key;
use crate::engine::law::End;
use crate::engine::world::World;

impl World<'_> {
    /// A case has been made; siblings come one after the other.
    pub(crate) fn services_born(&mut self, id: u32, family: Key) {
        let (Some(plan), Some(services)) = (self.net.services.as_ref(), self.services.as_deref_mut()) else {
            return;
        };
        let unit = services.families.join(id, family);
        services.born(id);
        if !services.known(id) {
            return;
        }
        for (s, _) in plan.services.iter().enumerate().filter(|(_, spec)| spec.by_family) {
            if services.client(s, unit).is_some_and(|c| c.unmet) {
                self.recorder.service_unmet(s, self.now.0, 1);
            }
        }
    }

    /// A stay has begun and ends then.
    pub(crate) fn services_begin(&mut self, id: u32, stage: usize, end: End) {
        let node = &self.net.stages[stage];
        if node.plain {
            self.services_own(id, stage, &node.law, end, None);
        }
        let Some(mut services) = self.services.take() else { return };
        self.services_settle(&mut services, id, stage, end);
        self.ask_soon(&mut services, id, stage);
        self.services = Some(services);
    }

    /// A case has left the model, perhaps to come back.
    pub(crate) fn services_left(&mut self, id: u32) {
        let Some(mut services) = self.services.take() else { return };
        self.left(&mut services, id);
        self.services = Some(services);
    }

    fn left(&mut self, services: &mut Services, id: u32) {
        let Some(plan) = self.net.services.as_ref() else { return };
        if let Some(here) = services.here.get_mut(id as usize) {
            *here = false;
        }
        let unit = services.client_of(true, id);
        if let Some(present) = services.families.present.get_mut(unit as usize) {
            *present = present.saturating_sub(1);
        }
        if !services.known(id) {
            return;
        }
        for (s, spec) in plan.services.iter().enumerate() {
            let index = services.client_of(spec.by_family, id);
            let present = services.present(spec.by_family, index);
            let Some(client) = services.client(s, index).map(|c| *c) else { continue };
            if client.unmet {
                self.recorder.service_unmet(s, self.now.0, -1);
            }
            if present > 0 {
                continue;
            }
            let waits = client.referral != NONE
                && services.referrals[client.referral as usize].doing == Doing::Waiting;
            if waits && spec.withdraws {
                self.stop_waiting(services, client.referral, true);
            }
            // a new episode begins afresh, but for what is still under way
            if let Some(client) = services.client(s, index).filter(|c| c.referral == NONE) {
                (client.status, client.unmet) = (None, false);
            }
        }
    }

    /// A case that left has come back.
    pub(crate) fn services_back(&mut self, id: u32) {
        let (Some(plan), Some(services)) = (self.net.services.as_ref(), self.services.as_deref_mut()) else {
            return;
        };
        if let Some(here) = services.here.get_mut(id as usize) {
            *here = true;
        }
        let unit = services.client_of(true, id);
        if let Some(present) = services.families.present.get_mut(unit as usize) {
            *present += 1;
        }
        if !services.known(id) {
            return;
        }
        for (s, spec) in plan.services.iter().enumerate() {
            let index = services.client_of(spec.by_family, id);
            if services.client(s, index).is_some_and(|c| c.unmet) {
                self.recorder.service_unmet(s, self.now.0, 1);
            }
        }
    }

    /// A case is gone for good; what it waits for or receives goes on without it.
    pub(crate) fn services_forget(&mut self, id: u32) {
        let (Some(plan), Some(services)) = (self.net.services.as_ref(), self.services.as_deref_mut()) else {
            return;
        };
        let known = services.known(id);
        let last = services.families.part(id);
        if !known {
            return;
        }
        services.unknown(id, last);
        for (s, spec) in plan.services.iter().enumerate() {
            let Some(index) = (if spec.by_family { last } else { Some(id) }) else { continue };
            let Some(client) = services.client(s, index) else { continue };
            let referral = std::mem::replace(client, Client::NEW).referral;
            if let Some(referral) = services.referrals.get_mut(referral as usize) {
                referral.client = NONE;
            }
        }
    }
}
