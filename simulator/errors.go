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
	errMenuLevel     = apiError{40022, "invalid sub_menu level"}
	errSubCount      = apiError{40023, "invalid sub button size"}
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
	errMinuteQuota   = apiError{45011, "api minute-quota reach limit, must slower, retry next minute"}
	errClearings     = apiError{48006, "forbid to clear quota because of reaching the limit"}
	errQuotaPath     = apiError{76003, "cgi_path must begin with a slash"}
	errNoQuotaPath   = apiError{76021, "cgi_path not found, please check"}
	errNoConsent     = apiError{43101, "user refuse to accept the msg"}
	errTokenForm     = apiError{40014, "invalid access_token"}
	errWindowClosed  = apiError{45015, "response out of time limit or subscription is canceled"}
	errTooManyCodes  = apiError{45029, "qrcode count out of limit"}
	errUsedUp        = apiError{45047, "out of response count limit"}
	errNoMenu        = apiError{46003, "menu no exist"}
	errJSON          = apiError{47001, "data format error"}
	errUnauthorised  = apiError{48001, "api unauthorized"}
	errRefuses       = apiError{48002, "api forbidden: the person takes no messages"}
	errUnknownTicket = apiError{40053, "invalid ticket"}
)

// refusal is the answer with a code that was asked for, with the platform's own
// words where they are known.
func refusal(code int) apiError {
	words := map[int]string{
		-1: "system error", 40001: errTokenInvalid.Msg, 40003: errOpenID.Msg, 40013: errAppID.Msg, 40037: errTemplate.Msg,
		40125: errSecret.Msg, 40164: "invalid ip, not in whitelist", 40243: "AppSecret has been frozen",
		42001: errTokenExpired.Msg, 43004: errNotFollower.Msg, 43019: "require remove blacklist", 43101: errNoConsent.Msg,
		45009: errDailyQuota.Msg, 45011: errMinuteQuota.Msg, 45015: errWindowClosed.Msg, 45047: errUsedUp.Msg,
		48001: errUnauthorised.Msg, 48002: errRefuses.Msg, 48004: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
		50002: "user limited", 50005: "user is unsubscribed", 61450: "system error",
	}
	if msg := words[code]; msg != "" {
		return apiError{code, msg}
	}
	return apiError{code, "failure on demand"}
}

// ok is the answer of a call that has nothing else to say.
var ok = apiError{0, "ok"}
