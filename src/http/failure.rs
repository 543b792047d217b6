//! The one place that turns failures into HTTP.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use palabre_signaling::wire::{Failure, FailureCode};

use crate::accounts::AccountError;
use crate::error::RequestError;
use crate::sessions::SignInError;
use crate::store::StoreError;

/// A failure as the answer to an HTTP request.
#[derive(Debug)]
pub(crate) struct HttpFailure {
    status: StatusCode,
    failure: Failure,
}

impl HttpFailure {
    /// A failure that the asker can read and mend.
    pub(crate) fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self::from(Failure { code, message: message.into() })
    }

    /// There is no session.
    pub(crate) fn not_signed_in() -> Self {
        Self::new(FailureCode::NotSignedIn, "sign in first: there is no session here, or it ended")
    }

    /// The page that asked belongs to another site.
    pub(crate) fn wrong_origin() -> Self {
        Self::new(
            FailureCode::WrongOrigin,
            "this page may not do that: open Palabre by the address in http.public_url",
        )
    }

    /// A fault of the server; the cause goes to the log and not to the asker.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::new(FailureCode::Internal, "the server failed; its log knows more")
    }

    /// There is nothing at this address.
    pub(crate) fn no_such_endpoint() -> Self {
        Self::new(FailureCode::NotFound, "there is nothing at this address")
    }

    /// There is something at this address, but not that.
    pub(crate) fn no_such_method() -> Self {
        let failure = Self::new(FailureCode::NotFound, "this address does not take that method");
        Self { status: StatusCode::METHOD_NOT_ALLOWED, ..failure }
    }

    /// The body is not JSON of a kind that is expected here.
    pub(crate) fn unsupported_media_type() -> Self {
        let failure = Self::new(FailureCode::Malformed, "send content-type: application/json");
        Self { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, ..failure }
    }

    /// The body is not a piece of a file.
    pub(crate) fn unsupported_piece() -> Self {
        let what = "send content-type: application/offset+octet-stream";
        let failure = Self::new(FailureCode::Malformed, what);
        Self { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, ..failure }
    }

    /// The client does not say that it speaks the version of tus that is spoken here.
    pub(crate) fn wrong_tus_version() -> Self {
        let failure = Self::new(FailureCode::WrongProtocol, "send tus-resumable: 1.0.0");
        Self { status: StatusCode::PRECONDITION_FAILED, ..failure }
    }

    /// What went wrong, for programs.
    pub(crate) fn code(&self) -> FailureCode {
        self.failure.code
    }
}

impl From<Failure> for HttpFailure {
    fn from(failure: Failure) -> Self {
        Self { status: status(failure.code), failure }
    }
}

impl From<StoreError> for HttpFailure {
    fn from(error: StoreError) -> Self {
        Self::from(Failure::from(RequestError::from(error)))
    }
}

impl From<SignInError> for HttpFailure {
    fn from(error: SignInError) -> Self {
        let code = match error {
            SignInError::WrongCredentials => FailureCode::WrongCredentials,
            SignInError::RateLimited => FailureCode::RateLimited,
            SignInError::Store(error) => return error.into(),
            SignInError::Internal(cause) => return Self::internal(&format_args!("{cause:#}")),
        };
        Self::new(code, error.to_string())
    }
}

impl From<AccountError> for HttpFailure {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Refused(refusal) => Self::from(Failure::from(&refusal)),
            AccountError::Store(error) => error.into(),
            AccountError::Internal(cause) => Self::internal(&format_args!("{cause:#}")),
        }
    }
}

impl IntoResponse for HttpFailure {
    fn into_response(self) -> Response {
        (self.status, Json(self.failure)).into_response()
    }
}

fn status(code: FailureCode) -> StatusCode {
    use FailureCode as Code;
    match code {
        Code::Malformed
        | Code::WrongProtocol
        | Code::Empty
        | Code::TooLong
        | Code::BadText
        | Code::BadEntities
        | Code::BadEmoji
        | Code::BadTitle
        | Code::BadMembers
        | Code::BadUsername
        | Code::BadName
        | Code::ShortPassword
        | Code::LongPassword
        | Code::CommonPassword
        | Code::PasswordIsName
        | Code::BadOffer
        | Code::BadPicture
        | Code::BadVoice
        | Code::PictureTooLarge
        | Code::UnknownSection
        | Code::UnknownTimeZone
        | Code::BadSubscription
        | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::TooLarge | Code::FileTooLarge | Code::NoSpaceLeft => StatusCode::PAYLOAD_TOO_LARGE,
        Code::NotSignedIn | Code::WrongCredentials => StatusCode::UNAUTHORIZED,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::WrongOrigin
        | Code::NotAMember
        | Code::NotInCall
        | Code::NotAllowed
        | Code::CallLocked
        | Code::RemovedFromCall
        | Code::NoBeepLeave
        | Code::WrongCode => StatusCode::FORBIDDEN,
        Code::NotFound | Code::NoSuchPerson | Code::NoSuchMessage | Code::NoSuchFile => {
            StatusCode::NOT_FOUND
        }
        Code::LinkGone | Code::LinkExpired | Code::LinkUsedUp | Code::LinkRevoked => {
            StatusCode::GONE
        }
        Code::CallOver
        | Code::CallFull
        | Code::Stale
        | Code::TooLate
        | Code::AskedAlready
        | Code::QuietHours
        | Code::PushIsOff
        | Code::NotSubscribed
        | Code::TooMany
        | Code::LastOwner
        | Code::AccountDeleted
        | Code::UsernameTaken
        | Code::AlreadySetUp => StatusCode::CONFLICT,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_inside_the_server_stay_inside() {
        let failure = HttpFailure::from(SignInError::Internal(anyhow::anyhow!("disk 3 is full")));

        assert_eq!(failure.failure.message, "the server failed; its log knows more");
        assert_eq!(failure.status, StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[test]
    fn wrong_name_and_wrong_password_read_the_same() {
        let failure = HttpFailure::from(SignInError::WrongCredentials);

        assert_eq!(failure.code(), FailureCode::WrongCredentials);
        assert_eq!(failure.status, StatusCode::UNAUTHORIZED);
    }
}
