// Package pop3client is a POP3 client: RFC 1939 whole, CAPA, response codes and pipelining (RFC 2449), STLS (RFC 2595) and implicit TLS
// (RFC 8314), SASL (RFC 5034), UTF8 and LANG (RFC 6856).
//
//	c, err := pop3client.Dial(ctx, "127.0.0.1:1110", nil)
//	if err != nil {
//		return err
//	}
//	defer c.Quit(ctx)
//	if err := c.Login(ctx, "alice", "secret"); err != nil {
//		return err
//	}
//	stat, err := c.Stat(ctx)
//
// Each call that can block takes a context first; its deadline is the sooner of the context's and that of [Options], and cancelling the
// context unblocks it. A [Client] is for one goroutine at a time; only Close may be called from another.
//
// # Levels
//
// The methods named by the protocol's verbs send one command, read its reply and return typed results. They refuse a command outside of the
// states in which it is valid ([StateError]) or for a message that is marked as deleted ([ErrDeleted]), and arguments that would not stay one
// command. [Client.Pipeline] sends many commands at once.
// Below is a raw level for those who must say it wrong: Send, SendLine, Raw, ReadReply, ReadLine, ReadBlock, ExpectQuiet, ExpectClose and
// StartTLS. It checks nothing, keeps no state, and goes on after replies that could not be parsed.
//
// # Errors
//
// Each error is an [*Error], which says address and command. A refusal is a [*pop3.Reply] within it, a departure from the grammar a
// [*wire.SyntaxError], a passed limit a [*wire.LimitError]; all by errors.As. Errors of the transport are wrapped. After one of these, or
// after a reply that could not be parsed, the two ends no longer agree on what comes next: the client is broken, and every further call fails
// at once with the first error. A refusal does not break it.
//
// Unless [Options] say Strict, what can be understood is accepted; [Client.Forgiven] tells what was wrong with it.
//
// # Streams
//
// Retr and Top return a [*Message], which reads from the connection: memory does not depend on a message's size. While one is open, commands fail
// with [ErrStreamOpen]. Reading to io.EOF ends it, and so does Close, which reads the rest away if that is no more than Limits.Drain and
// otherwise breaks the connection. Quit and Close of the client end it in any case.
//
// # For those who know Python's poplib
//
//	POP3(host, port, timeout)      Dial
//	POP3_SSL(host, port, context)  DialTLS, or Dial with Options.ImplicitTLS
//	getwelcome()                   Greeting
//	set_debuglevel(level)          Options.Tap
//	user(name)                     User
//	pass_(string)                  Pass
//	apop(user, secret)             APOP
//	rpop(user)                     RPOP
//	stat()                         Stat
//	list() and list(which)         ListAll and List
//	retr(which)                    Retr (a stream), RetrTo, RetrBytes
//	dele(which)                    Dele
//	rset()                         Rset
//	noop()                         Noop
//	quit()                         Quit
//	close()                        Close
//	top(which, howmuch)            Top
//	uidl() and uidl(which)         UidlAll and Uidl
//	capa()                         Capa
//	stls(context)                  STLS
//	utf8()                         UTF8
//
// Beyond it there are Login, Auth, Lang, Pipeline and the raw level.
package pop3client
