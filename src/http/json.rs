//! Reads the JSON body of a request.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use palabre_signaling::wire::FailureCode;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::failure::HttpFailure;

/// The JSON body of a request, which must say that it is JSON.
///
/// A form on a foreign page cannot send that content type without asking first, and nobody here
/// answers that question (no CORS).
#[derive(Clone, Copy, Debug)]
pub(super) struct JsonBody<T>(pub(super) T);

impl<S, T> FromRequest<S> for JsonBody<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = HttpFailure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        match timeout(MAX_BODY_TIME, Json::from_request(request, state)).await {
            Ok(Ok(Json(body))) => Ok(Self(body)),
            Ok(Err(rejection)) => Err(refuse(&rejection)),
            Err(_elapsed) => {
                Err(HttpFailure::new(FailureCode::Malformed, "the body did not arrive within 10 s"))
            }
        }
    }
}

fn refuse(rejection: &JsonRejection) -> HttpFailure {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            HttpFailure::new(FailureCode::TooLarge, "the body is larger than 64 KiB")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => HttpFailure::unsupported_media_type(),
        _ => HttpFailure::new(FailureCode::Malformed, rejection.body_text()),
    }
}

/// How long a body of 64 KiB may take; on 56 kbit/s it takes 9.4 s.
const MAX_BODY_TIME: Duration = Duration::from_secs(10);
