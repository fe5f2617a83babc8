// Package nntpclient is an NNTP client: RFC 3977 whole, STARTTLS (RFC 4642) and implicit TLS (RFC 8143), AUTHINFO (RFC 4643), streaming (RFC 4644), the
// lists of RFC 6048, COMPRESS (RFC 8054), and the commands of RFC 2980 in use.
//
//	c, err := nntpclient.Dial(ctx, "127.0.0.1:1119", nil)
//	if err != nil {
//		return err
//	}
//	defer c.Quit(ctx)
//	group, err := c.Group(ctx, "misc.test")
//	if err != nil {
//		return err
//	}
//	err = c.Over(ctx, group.Range().String(), func(o *nntp.Overview) error {
//		fmt.Printf("%d %s\n", o.Number, o.Subject)
//		return nil
//	})
//
// Each call that can block takes a context first; its deadline is the sooner of the context's and that of [Options], and cancelling the
// context unblocks it. A [Client] is for one goroutine at a time; only Close may be called from another.
//
// # Articles
//
// Where an article is asked for, "" is the current one, digits are a number in the current group, and "<...>" is a message-id. Where several are,
// a range is "3-", "3-17" or "3". [nntp.Range] and [nntp.MessageID] print themselves so.
//
// # Levels
//
// The methods named by the protocol's verbs send one command, read its response and return typed results. They refuse arguments that would not stay
// one command or that the command does not have, and commands that are not valid as the session stands: an article by its number before Group, a second
// MODE READER, STARTTLS behind COMPRESS. Answers of many lines are given to a function, line by line, as they come, or are returned
// as lists; memory does not depend on how many there are, or on an article's size. [Client.Pipeline] sends many commands at once, [Client.Feed] many
// articles.
// Below is a raw level for those who must say it wrong: Send, SendLine, Raw, ReadResponse, ReadLine, ReadBlock, ExpectQuiet, ExpectClose and
// StartTLS. It checks nothing, keeps no state, and goes on after responses that could not be parsed.
//
// # Errors
//
// Each error is an [*Error], which says address and command. A refusal is a [*nntp.Response] within it, a departure from the grammar a
// [*wire.SyntaxError], a passed limit a [*wire.LimitError]; all by errors.As. Errors of the transport are wrapped. After one of these, or
// after a response that could not be parsed, the two ends no longer agree on what comes next: the client is broken, its connection is closed, and
// every further call fails at once with the first error. A refusal does not break it, save 400, behind which the server closes the connection.
//
// Unless [Options] say Strict, what can be understood is accepted; [Client.Forgiven] tells what was wrong with it.
//
// # For those who know Python's nntplib
//
//	NNTP(host, port, user, password, readermode, usenetrc, timeout)
//	                                Dial, then Reader and Login
//	NNTP_SSL(host, ...)             DialTLS, or Dial with Options.ImplicitTLS
//	nntp_version, nntp_implementation
//	                                Version and Implementation of what Capabilities returns
//	getwelcome()                    Greeting
//	getcapabilities()               Capabilities
//	set_debuglevel(level)           Options.Tap
//	login(user, password)           Login; a file of passwords is not read
//	starttls(context)               STARTTLS
//	newgroups(date)                 NewGroups
//	newnews(group, date)            NewNews
//	list(group_pattern)             List
//	description(group)              Description
//	descriptions(group_pattern)     Descriptions
//	group(name)                     Group
//	stat(message_spec)              Stat
//	next() and last()               Next and Last
//	article(message_spec, file=)    Article (a stream), ArticleTo, ArticleBytes
//	head(message_spec, file=)       Head, HeadTo, HeadBytes
//	body(message_spec, file=)       Body, BodyTo, BodyBytes
//	help(file=)                     Help
//	xhdr(hdr, str, file=)           XHdr; Hdr is its successor
//	xover(start, end, file=)        XOver; Over is its successor
//	over(message_spec, file=)       Over
//	date()                          Date
//	post(data)                      Post
//	ihave(message_id, data)         IHave
//	slave()                         Slave
//	quit()                          Quit
//	decode_header(header)           DecodeHeader
//
// Beyond it there are ListGroup, Hdr, XPat, XROver, the lists of RFC 3977 and RFC 6048, Auth, Compress, Check, TakeThis, Feed, Pipeline and the raw
// level.
package nntpclient
