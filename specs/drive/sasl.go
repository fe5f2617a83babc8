package drive

import (
	"strings"
	"time"

	"harness/internal/auth"
)

// AuthWait is how long it may take to answer an authentication: failures are delayed on purpose by many servers, and one waits ten seconds.
const AuthWait = 20 * time.Second

// The mechanisms by what they are like: those that show the password or the token to whoever reads the connection, those for which a name and a password
// are enough, those with a proof of the server's, and those in which the server begins.
var (
	Exposing            = []string{auth.Plain, auth.Login, auth.XOAuth2, auth.OAuthBearer}
	PasswordMechanisms  = []string{auth.Plain, auth.Login, auth.CRAMMD5, auth.SCRAMSHA1, auth.SCRAMSHA256}
	SCRAMMechanisms     = []string{auth.SCRAMSHA256, auth.SCRAMSHA1}
	ChallengeMechanisms = []string{auth.CRAMMD5, auth.Login}
)

// Octets that SASLprep treats in its own way (RFC 4013 section 2).
const (
	SoftHyphen = "\u00ad" // mapped to nothing
	PrivateUse = "\ue000" // prohibited
)

// Credentials are those of the target's account.
func (d *Driver) Credentials() auth.Credentials {
	return auth.Credentials{User: d.Target.User, Password: d.Target.Password}
}

// WrongCredentials are the account's name and another password.
func (d *Driver) WrongCredentials() auth.Credentials {
	return auth.Credentials{User: d.Target.User, Password: "wrong-" + d.Target.Password}
}

// PlainResponse is the message of PLAIN (RFC 4616 section 2) in Base64.
func PlainResponse(user, password string) string {
	return auth.Encode([]byte("\x00" + user + "\x00" + password))
}

// SCRAMNonce is the nonce in [SCRAMFirst], by which an answer to it is known.
const SCRAMNonce = "fyko-d2lbbFgONRv9qkxdawL"

// SCRAMFirst is a client's first message of SCRAM (RFC 5802 section 7) in Base64.
func SCRAMFirst(user string) string {
	return auth.Encode([]byte("n,,n=" + strings.NewReplacer("=", "=3D", ",", "=2C").Replace(user) + ",r=" + SCRAMNonce))
}

// BadResponse is a response that is no Base64. One that is made of a right one is called by what is wrong with it: it is a secret.
type BadResponse struct{ What, Response string }

// NotBase64 are responses that nothing can be made of. Right is one that would log in.
func NotBase64(right string) []BadResponse {
	return []BadResponse{
		{"words", "!!!not base64!!!"}, {"padding alone", "===="}, {"a single character", "A"}, {"five characters", "AAAAA"},
		{`a right response with "!" in it`, right[:4] + "!" + right[4:]},
	}
}

// LaxBase64 are responses that are the right one if what is wrong in them is left out.
func LaxBase64(right string) []BadResponse {
	return []BadResponse{
		{`"=AAA"`, "=AAA"}, {`"AAA=BBB="`, "AAA=BBB="},
		{"a right response with a space in it", right[:4] + " " + right[4:]},
		{`a right response with "." in it`, right[:4] + "." + right[4:]},
		{`a right response with "=" in it`, right[:4] + "=" + right[4:]},
		{`a right response with "=" before it`, "=" + right},
		{`a right response with "-_" and a tab in it`, right[:8] + "-_\t" + right[8:]},
		{`a right response with "*" behind it`, right + "*"},
	}
}
