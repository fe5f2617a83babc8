package smtp

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"harness/protocols/wire"
)

// showMail prints what is set.
func showMail(o MailOptions) string {
	var s []string
	add := func(format string, args ...any) { s = append(s, fmt.Sprintf(format, args...)) }
	if o.Size != 0 {
		add("size %d", o.Size)
	}
	if o.Body != "" {
		add("body %s", o.Body)
	}
	if o.Auth != nil {
		add("auth <%v>", *o.Auth)
	}
	if o.Return != "" || o.EnvelopeID != "" {
		add("dsn %s %q", o.Return, o.EnvelopeID)
	}
	if o.UTF8 {
		add("utf8")
	}
	if o.By != nil {
		add("by %v %v %v", o.By.In, o.By.Notify, o.By.Trace)
	}
	if o.HoldFor != 0 || !o.HoldUntil.IsZero() {
		add("hold %v %s", o.HoldFor, o.HoldUntil.Format(time.RFC3339))
	}
	if o.Priority != nil {
		add("priority %d", *o.Priority)
	}
	if o.RequireTLS {
		add("tls")
	}
	if len(o.Other) > 0 {
		add("other %v", o.Other)
	}
	return strings.Join(s, ", ")
}

func TestMailOptions(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"SIZE=100 body=8bitmime":              "size 100, body 8BITMIME",
		"SIZE=0":                              "",
		"SIZE=99999999999999999999":           fmt.Sprint("size ", int64(math.MaxInt64)),
		"SIZE=9223372036854775806":            "size 9223372036854775806",
		"SIZE=999999999999999999999":          anErr + "21",
		"SIZE=1x":                             anErr + "21",
		"SIZE":                                anErr + "20",
		"SIZE=1 SIZE=1":                       anErr + "23",
		"BODY=BINARY":                         anErr + "21",
		"BODY":                                anErr + "20",
		"AUTH=<>":                             "auth <\"\">",
		"AUTH=e+3Dmc2@example.com":            "auth <e=mc2@example.com>",
		"AUTH=e":                              anErr + "21",
		"AUTH=e+3dmc2@example.com":            anErr + "22",
		"AUTH=+GG@x":                          anErr + "21",
		"AUTH=+4":                             anErr + "21",
		"RET=hdrs ENVID=QQ+2B314":             `dsn HDRS "QQ+314"`,
		"RET=ALL":                             anErr + "20",
		"ENVID=+01":                           anErr + "22",
		"ENVID=" + rep("x", 101):              anErr + "122",
		"ENVID":                               anErr + "21",
		"SMTPUTF8":                            "utf8",
		"SMTPUTF8=1":                          anErr + "25",
		"BY=120;R":                            "by 2m0s false false",
		"BY=-120;nt":                          "by -2m0s true true",
		"BY=+0;N":                             "by 0s true false",
		"BY=0;R":                              anErr + "19",
		"BY=120":                              anErr + "19",
		"BY=1234567890;R":                     anErr + "19",
		"BY=;R":                               anErr + "19",
		"BY=1;RN":                             anErr + "19",
		"HOLDFOR=1":                           "hold 1s 0001-01-01T00:00:00Z",
		"HOLDFOR=0":                           anErr + "24",
		"HOLDFOR=1234567890":                  anErr + "24",
		"HOLDFOR":                             anErr + "23",
		"HOLDUNTIL=2026-12-24T18:00:00Z":      "hold 0s 2026-12-24T18:00:00Z",
		"HOLDUNTIL=2026-12-24T18:00:00+01:00": anErr + "50",
		"HOLDUNTIL=2026-12-24":                anErr + "26",
		"HOLDFOR=1 HOLDUNTIL=2026-12-24T18:00:00Z": anErr + "26",
		"MT-PRIORITY=-9":     "priority -9",
		"MT-PRIORITY=0":      "priority 0",
		"MT-PRIORITY=10":     anErr + "28",
		"MT-PRIORITY=-0":     anErr + "28",
		"REQUIRETLS":         "tls",
		"REQUIRETLS=yes":     anErr + "27",
		"X-Y=1 NOTIFY=NEVER": "other [X-Y=1 NOTIFY=NEVER]",
		"X=1 X=2":            anErr + "20",
	} {
		c, err := Rules{}.ParseCommand(line(strings.TrimSpace("MAIL FROM:<a@b> " + text)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		o, err := Rules{}.MailOptions(c.Params)
		got := showMail(o)
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		} else if ps, err := o.Params(); err != nil {
			t.Errorf("%s: %v", text, err)
		} else if again, err := (Rules{}).MailOptions(ps); err != nil || showMail(again) != got {
			t.Errorf("%s: written %v, %v", text, ps, err)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s (%v)", text, got, want, err)
		}
	}
	notes := 0
	lenient := Rules{Lenient: true, Forgave: func(*wire.SyntaxError) { notes++ }}
	o, err := lenient.MailOptions(Params{{Name: "AUTH", Value: "e+3dmc2@x"}, {Name: "ENVID", Value: rep("x", 101)}, {Name: "HOLDUNTIL", Value: "2026-12-24T18:00:00+01:00"}})
	if err != nil || notes != 3 || o.HoldUntil.Hour() != 17 {
		t.Error(showMail(o), notes, err)
	}
}

func TestRcptOptions(t *testing.T) {
	for text, want := range map[string]string{
		"":                               `"" ""`,
		"NOTIFY=never":                   `"NEVER" ""`,
		"NOTIFY=FAILURE,success,DELAY":   `"SUCCESS,FAILURE,DELAY" ""`,
		"NOTIFY=NEVER,SUCCESS":           anErr + "21",
		"NOTIFY=SUCCESS,NEVER":           anErr + "21",
		"NOTIFY=SUCCESS,":                anErr + "21",
		"NOTIFY=,SUCCESS":                anErr + "21",
		"NOTIFY":                         anErr + "20",
		"ORCPT=rfc822;a+2Bb@example.com": `"" "rfc822;a+b@example.com"`,
		"ORCPT=rfc822;":                  anErr + "27",
		"ORCPT=a@b":                      anErr + "20",
		"ORCPT=;a@b":                     anErr + "20",
		"ORCPT=rfc822;+0A":               anErr + "27",
		`ORCPT=utf-8;\x{FC}\x{1F600}@x`:  `"" "utf-8;ü😀@x"`,
		`ORCPT=utf-8;\x{D800}`:           anErr + "26",
		`ORCPT=utf-8;\xFC`:               anErr + "26",
		`ORCPT=utf-8;\x{1}`:              anErr + "26",
		`ORCPT=utf-8;\x{0000041}`:        anErr + "26",
		"ORCPT=utf-8;a+b":                anErr + "27",
		"ORCPT=rfc822;" + rep("x", 494):  anErr + "520",
		"ORCPT=rfc822;a ORCPT=rfc822;a":  anErr + "29",
		"FOO=1":                          `"" "" [FOO=1]`,
	} {
		c, err := Rules{}.ParseCommand(line(strings.TrimSpace("RCPT TO:<a@b> " + text)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		o, err := Rules{}.RcptOptions(c.Params)
		got := fmt.Sprintf("%q %q", o.Notify, o.OriginalRecipient)
		if len(o.Other) > 0 {
			got += fmt.Sprint(" ", o.Other)
		}
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		} else if ps, err := o.Params(); err != nil {
			t.Errorf("%s: %v", text, err)
		} else if again, err := (Rules{}).RcptOptions(ps); err != nil || again.OriginalRecipient != o.OriginalRecipient || again.Notify != o.Notify {
			t.Errorf("%s: written %v, %v", text, ps, err)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s (%v)", text, got, want, err)
		}
	}
	o, err := Rules{UTF8: true}.RcptOptions(Params{{Name: "ORCPT", Value: "utf-8;ü@x"}})
	if err != nil || o.OriginalRecipient != "utf-8;ü@x" {
		t.Error(o, err)
	}
	if _, err := (Rules{}).RcptOptions(Params{{Name: "ORCPT", Value: "utf-8;ü@x"}}); err == nil {
		t.Error("UTF-8 without SMTPUTF8")
	}
}

func TestOptionsRefused(t *testing.T) {
	ten := 10
	for _, o := range []MailOptions{
		{Size: -1}, {Body: "9BIT"}, {Return: "SOME"}, {EnvelopeID: "a\nb"}, {EnvelopeID: rep("=", 40)}, {By: &By{In: time.Millisecond}}, {By: &By{}},
		{By: &By{In: MaxInterval + time.Second}}, {HoldFor: time.Second / 2}, {HoldFor: -time.Second}, {HoldFor: time.Second, HoldUntil: time.Now()}, {Priority: &ten},
	} {
		if ps, err := o.Params(); err == nil || !strings.Contains(err.Error(), "RFC ") {
			t.Errorf("%s: %v, %v", showMail(o), ps, err)
		}
	}
	for _, o := range []RcptOptions{{Notify: NotifyNever | NotifyDelay}, {Notify: 16}, {OriginalRecipient: "a@b"}, {OriginalRecipient: "rfc822;"}, {OriginalRecipient: "rfc822;ü@x"}, {OriginalRecipient: "rfc822;" + rep("=", 200)}} {
		if ps, err := o.Params(); err == nil || !strings.Contains(err.Error(), "RFC 3461") {
			t.Errorf("%+v: %v, %v", o, ps, err)
		}
	}
}

func TestXtext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "octets"))
		x := EncodeXtext(s)
		got, err := Rules{}.DecodeXtext(x)
		if err != nil || got != s || notGraphic(x) >= 0 || strings.ContainsAny(x, " \t=") {
			t.Fatalf("%q: %q, %q, %v", s, x, got, err)
		}
		if got, err := (Rules{}).utf8Address(Param{}, encodeUTF8Address(strings.ToValidUTF8(s, "")), 0); err != nil || got != strings.ToValidUTF8(s, "") {
			t.Fatalf("%q: %q, %v", s, got, err)
		}
	})
}

func TestParamSpecs(t *testing.T) {
	mail, rcpt := reflect.TypeFor[MailOptions]().NumField(), reflect.TypeFor[RcptOptions]().NumField()
	counts := map[string]int{}
	for _, p := range ParamSpecs() {
		counts[p.Verb]++
		if len(p.Extensions) == 0 || p.Cite == "" {
			t.Errorf("%+v", p)
		}
	}
	if counts["MAIL"] != mail-1 || counts["RCPT"] != rcpt-1 { // Other is none
		t.Error(counts, mail, rcpt)
	}
}
