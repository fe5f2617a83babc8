// Package protocols knows the protocols of the harness by their names and URL schemes. What a protocol is like, its package says.
package protocols

import (
	"fmt"
	"strings"

	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/protocols/imap"
	"harness/protocols/nntp"
	"harness/protocols/pop3"
	"harness/protocols/smtp"
)

// all is in the order in which users are shown the protocols.
var all = []dialect.Dialect{ftp.Dialect(), imap.Dialect(), nntp.Dialect(), pop3.Dialect(), smtp.Dialect()}

// Names returns the names of the protocols, sorted.
func Names() []string {
	var names []string
	for _, d := range all {
		names = append(names, d.Name())
	}
	return names
}

// Lookup returns the dialect of the protocol of that name, such as "pop3". The error lists the known names.
func Lookup(name string) (dialect.Dialect, error) {
	for _, d := range all {
		if d.Name() == name {
			return d, nil
		}
	}
	return nil, fmt.Errorf("unknown protocol %q: the protocols are %s", name, strings.Join(Names(), ", "))
}

// Schemes returns the URL schemes of all protocols, such as "pop3" and "pop3s".
func Schemes() []string {
	var names []string
	for _, d := range all {
		for _, s := range d.Schemes() {
			names = append(names, s.Name)
		}
	}
	return names
}

// ByScheme returns the dialect and the scheme of a URL scheme, such as "pop3s", in any case. The error lists the known schemes.
func ByScheme(scheme string) (dialect.Dialect, dialect.Scheme, error) {
	for _, d := range all {
		for _, s := range d.Schemes() {
			if strings.EqualFold(s.Name, scheme) {
				return d, s, nil
			}
		}
	}
	return nil, dialect.Scheme{}, fmt.Errorf("unknown scheme %q: the schemes are %s", scheme, strings.Join(Schemes(), ", "))
}
