// Package imap is IMAP on the wire: IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051), with what the former has as extensions: literals that do not wait (RFC 7888), binary ones
// (RFC 3516), IDLE (RFC 2177), the initial response of AUTHENTICATE (RFC 4959), and the commands and responses of ID, NAMESPACE, UIDPLUS, extended LIST, MOVE, ESEARCH and others.
//
// A [Decoder] reads both directions, as a server or as a client does: commands by [Decoder.ReadCommand], responses by [Decoder.ReadResponse]. It is strict, and names the
// section of the RFC that a text breaks; [Rules] make it lenient, and then it tells what it forgave. After what it could not parse it goes on with what comes next. Messages pass
// through hooks, and are not held.
//
// An [Encoder] writes both directions: what it prints, a strict Decoder reads as the same. It chooses between atoms, quoted strings and literals, and refuses what has no
// form or would be more than one command.
//
// [Dialect] has what recorder, player and matcher need: how the two directions are cut into lines and literals, what is secret, and when two texts mean the same.
package imap
