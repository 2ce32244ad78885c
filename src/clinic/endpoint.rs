//! Endpoints: a time and whether the event was seen by then.

/// A time, days, and whether the event happened then or the patient was only followed until then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Endpoint {
    /// Days from the start.
    pub time: f64,
    /// Whether it is an event; else censored.
    pub event: bool,
}

impl Endpoint {
    /// The event if it happened, else censored at the end of follow-up.
    ///
    /// ```
    /// use clonetide::clinic::Endpoint;
    /// assert_eq!(Endpoint::of(Some(3.0), 9.0), Endpoint { time: 3.0, event: true });
    /// assert_eq!(Endpoint::of(None, 9.0), Endpoint { time: 9.0, event: false });
    /// ```
    pub fn of(event: Option<f64>, followed: f64) -> Endpoint {
        Endpoint { time: event.unwrap_or(followed), event: event.is_some() }
    }

    /// Whichever event comes first, for endpoints of the same patient.
    pub fn first(self, other: Endpoint) -> Endpoint {
        match (self.event, other.event) {
            (true, true) if other.time < self.time => other,
            (false, true) => other,
            _ => self,
        }
    }
}
