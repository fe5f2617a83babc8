// Package smtpclient is a client of SMTP, of message submission and of LMTP: RFC 5321, RFC 6409 and RFC 2033 whole, with the extensions SIZE (RFC 1870),
// ENHANCEDSTATUSCODES (RFC 2034), DELIVERBY (RFC 2852), PIPELINING (RFC 2920), CHUNKING and BINARYMIME (RFC 3030), STARTTLS (RFC 3207) and implicit TLS (RFC 8314),
// DSN (RFC 3461), FUTURERELEASE (RFC 4865), AUTH (RFC 4954), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), MT-PRIORITY (RFC 6710), REQUIRETLS (RFC 8689) and
// LIMITS (RFC 9422).
//
//	c, err := smtpclient.Dial(ctx, "127.0.0.1:1587", nil)
//	if err != nil {
//		return err
//	}
//	defer c.Quit(ctx)
//	if err := c.STARTTLS(ctx); err != nil {
//		return err
//	}
//	if err := c.Login(ctx, "alice", "secret"); err != nil {
//		return err
//	}
//	res, err := c.SendMail(ctx, smtpclient.NewEnvelope("alice@example.com", "bob@example.org"), message)
//	for _, d := range res.Refused() {
//		fmt.Println(d.Address, d.Err)
//	}
//
// Each call that can block takes a context first; its deadline is the sooner of the context's and that of [Options], and cancelling the
// context unblocks it. A [Client] is for one goroutine at a time; only Close may be called from another.
//
// # Levels
//
// [Client.SendMail] sends a message in one transaction, and [Client.SendMessage] takes the addresses from its header. The methods named by the protocol's verbs send one
// command, read its reply and return typed results. They refuse a command outside of the states in which it is valid ([StateError]), what needs an
// extension that the server does not offer ([NotOfferedError]), and arguments that would not stay one command. EHLO is sent when it is needed, unless that was done.
// [Client.Pipeline] sends many commands, or many messages, at once.
// Below is a raw level for those who must say it wrong: Send, SendLine, Raw, ReadReply, ReadLine, ExpectQuiet, ExpectClose and StartTLS. It checks nothing, keeps no
// state, and goes on after replies that could not be parsed.
//
// # Content
//
// Content is read from an io.Reader and streamed: memory does not depend on its size. It is the message as it is, without stuffed dots and without the final one; a last
// line without an end gets one. Lines end in CRLF, and a bare CR or LF is refused, unless [Options] have them become CRLF.
//
// # Errors
//
// Each error is an [*Error], which says address and command. A refusal is a [*smtp.Reply] within it, a departure from the grammar a
// [*wire.SyntaxError], a passed limit a [*wire.LimitError]; all by errors.As. Errors of the transport are wrapped. After one of these, or
// after a reply that could not be parsed, the two ends no longer agree on what comes next: the client is broken, and every further call fails
// at once with the first error. So it is when the server says something before it is asked ([ErrAhead]). A refusal does not break the client, save 421, behind which
// the server closes the connection.
//
// Unless [Options] say Strict, what can be understood is accepted; [Client.Forgiven] tells what was wrong with it.
//
// # For those who know Python's smtplib
//
//	SMTP(host, port, local_hostname, timeout), connect(host, port)
//	                                Dial; Options.Name is local_hostname
//	SMTP_SSL(host, port, context)   DialTLS, or Dial with Options.ImplicitTLS
//	LMTP(host, port)                Dial with Options.LMTP; a path that begins with "/" is a Unix socket
//	set_debuglevel(level)           Options.Tap
//	docmd(cmd, args)                Raw
//	putcmd(cmd, args), getreply()   SendLine, ReadReply
//	helo(name)                      Helo
//	ehlo(name)                      Ehlo, which is LHLO in LMTP
//	ehlo_or_helo_if_needed()        Hello
//	has_extn(name)                  HasExtension
//	esmtp_features, does_esmtp      Extensions
//	verify(address), vrfy(address)  Vrfy
//	expn(address)                   Expn
//	help(args)                      Help
//	noop()                          Noop
//	rset()                          Rset
//	mail(sender, options)           Mail
//	rcpt(recip, options)            Rcpt
//	data(msg)                       Data
//	starttls(context)               STARTTLS
//	login(user, password)           Login
//	auth(mechanism, authobject)     Auth, AuthMechanism
//	sendmail(from_addr, to_addrs, msg, mail_options, rcpt_options)
//	                                SendMail
//	send_message(msg)               SendMessage
//	quit(), close()                 Quit, Close
//	SMTPRecipientsRefused           *RecipientsError
//	SMTPNotSupportedError           *NotOfferedError
//	SMTPResponseException           *smtp.Reply
//
// Beyond it there are Bdat, Chunks, LoginWith, Pipeline, typed extension options, a result for each recipient and the raw level.
package smtpclient
