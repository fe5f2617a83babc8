package recording

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"harness/protocols/dialect"
	"harness/transcript"
)

// Check returns what is wrong with a session that was recorded: it is not canonical, has a fault, lacks something in its header, or holds the
// password.
func Check(s *transcript.Session, protocol dialect.Dialect, password string) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(s.Name+": "+format, args...)) }
	text := s.Print()
	if !bytes.Equal(text, s.Format()) {
		bad("not canonical")
	}
	for _, p := range transcript.Lint(s, protocol) {
		errs = append(errs, errors.New(p.String()))
	}
	for _, field := range []string{"server", "client", "date", "cite", "note"} {
		if s.Get(field) == "" {
			bad("the header has no field %q", field)
		}
	}
	if where := leak(text, password); where != "" {
		bad("it holds the password %s", where)
	}
	for _, b := range s.Blobs() {
		data, err := readBlob(s, b)
		if err != nil {
			errs = append(errs, err)
		} else if where := leak(data, password); where != "" {
			bad("the blob %s holds the password %s", b.Name, where)
		}
	}
	return errors.Join(errs...)
}

func readBlob(s *transcript.Session, b *transcript.Blob) ([]byte, error) {
	r, err := s.OpenBlob(b)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// leak tells how a text holds a secret: as it is, in hexadecimal, in Base64 at any of the three alignments, or as a plain MD5; "" if it does not.
func leak(text []byte, secret string) string {
	folded := strings.ToLower(string(text))
	if strings.Contains(folded, strings.ToLower(secret)) {
		return "in the open"
	}
	if strings.Contains(folded, hex.EncodeToString([]byte(secret))) {
		return "in hexadecimal"
	}
	sum := md5.Sum([]byte(secret))
	if strings.Contains(folded, hex.EncodeToString(sum[:])) {
		return "as a digest"
	}
	for shift := range 3 {
		// Octets at either end that share their sextets with what stands beside the secret are left out.
		inner := []byte(secret)[(3-shift)%3:]
		inner = inner[:len(inner)/3*3]
		code := base64.StdEncoding.EncodeToString(inner)
		url := base64.URLEncoding.EncodeToString(inner)
		if code != "" && (bytes.Contains(text, []byte(code)) || bytes.Contains(text, []byte(url))) {
			return "in Base64"
		}
	}
	return ""
}
