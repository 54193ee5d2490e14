package simulator

// apiError is an answer of the API that says no.
type apiError struct {
	Code int    `json:"errcode"`
	Msg  string `json:"errmsg"`
}

func (e apiError) Error() string { return e.Msg }

// The platform's refusals, by its official list of return codes.
var (
	errSecret        = apiError{40125, "invalid appsecret"}
	errGrantType     = apiError{40002, "invalid grant_type"}
	errOpenID        = apiError{40003, "invalid openid"}
	errMediaType     = apiError{40004, "invalid media type"}
	errMediaID       = apiError{40007, "invalid media_id"}
	errMessageType   = apiError{40008, "invalid message type"}
	errImageSize     = apiError{40009, "invalid image size"}
	errAppID         = apiError{40013, "invalid appid"}
	errButtonCount   = apiError{40016, "invalid button size"}
	errTemplate      = apiError{40037, "invalid template_id"}
	errAction        = apiError{40053, "invalid action info"}
	errNoToken       = apiError{41001, "access_token missing"}
	errNoMedia       = apiError{41005, "media data missing"}
	errTokenInvalid  = apiError{40001, "invalid credential, access_token is invalid or not latest"}
	errTokenExpired  = apiError{42001, "access_token expired"}
	errNeedsGet      = apiError{43001, "require GET method"}
	errNeedsPost     = apiError{43002, "require POST method"}
	errNotFollower   = apiError{43004, "require subscribe"}
	errEmptyText     = apiError{44004, "text content is empty"}
	errTextTooLong   = apiError{45002, "content size out of limit"}
	errDailyQuota    = apiError{45009, "reach max api daily quota limit"}
	errWindowClosed  = apiError{45015, "response out of time limit or subscription is canceled"}
	errTooManyCodes  = apiError{45029, "qrcode count out of limit"}
	errUsedUp        = apiError{45047, "out of response count limit"}
	errNoMenu        = apiError{46003, "menu no exist"}
	errJSON          = apiError{47001, "data format error"}
	errUnauthorised  = apiError{48001, "api unauthorized"}
	errRefuses       = apiError{48002, "api forbidden: the person takes no messages"}
	errUnknownTicket = apiError{40053, "invalid ticket"}
)

// ok is the answer of a call that has nothing else to say.
var ok = apiError{0, "ok"}
