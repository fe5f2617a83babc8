package register

// nntpRFC6048 are the requirements of RFC 6048, NNTP Additions to LIST Command.
var nntpRFC6048 = []Entry{
	{
		ID: "nntp/list-keywords-optional", RFC: 6048, Section: "2", Level: May, Party: Server,
		Rule:    "The variants COUNTS, DISTRIBUTIONS, MODERATORS, MOTD and SUBSCRIPTIONS of LIST are optional.",
		Digests: []string{"3281062191c0"},
	},
	{
		ID: "nntp/list-keywords-meaning", RFC: 6048, Section: "2.1", Level: Must, Party: Server, Extension: "LIST",
		Rule:    "A keyword of these that LIST is listed with means what this document says.",
		Digests: []string{"c4c577f867f9"},
	},
	{
		ID: "nntp/list-variants-503", RFC: 6048, Section: "2.1", Level: Must, Party: Server, Extension: "LIST",
		Rule:    "A variant that the server has, but not the information for, gets 503.",
		Digests: []string{"1e02fb2fbbed"},
	},
	{
		ID: "nntp/counts-fields", RFC: 6048, Section: "2.2.2", Level: Must, Party: Server, Extension: "LIST COUNTS",
		Rule:    "A line of LIST COUNTS has five fields with spaces between them: group, high and low water mark, number of articles, status.",
		Digests: []string{"40f4f97e1c5a", "182ed9a4d3fa", "c4eb0b09a1b9", "d551540c3699", "a2c1629bb734", "af4b3433eedd"},
	},
	{
		ID: "nntp/counts-as-group", RFC: 6048, Section: "2.2.2", Level: Must, Party: Server, Extension: "LIST COUNTS", Prose: true,
		Rule:    "Water marks and number are those of GROUP, and the status is that of LIST ACTIVE.",
		Digests: []string{"b54f8a637004", "fb56a1044e55"},
	},
	{
		ID: "nntp/counts-once", RFC: 6048, Section: "2.2.2", Level: ShouldNot, Party: Server, Extension: "LIST COUNTS",
		Rule:    "LIST COUNTS shows no group twice.",
		Digests: []string{"faeda98eaa73"},
	},
	{
		ID: "nntp/counts-wildmat", RFC: 6048, Section: "2.2.2", Level: May, Party: Server, Extension: "LIST COUNTS",
		Rule:    "LIST COUNTS may have a wildmat, and shows the groups that it matches then.",
		Digests: []string{"86459b31ff51"},
	},
	{
		ID: "nntp/counts-all", RFC: 6048, Section: "2.2.2", Level: Must, Party: Server, Extension: "LIST COUNTS",
		Rule:    "Without a wildmat LIST COUNTS shows every group that the client may select.",
		Digests: []string{"e250c57026cf"},
	},
	{
		ID: "nntp/counts-empty", RFC: 6048, Section: "2.2.2", Level: May, Party: Server, Extension: "LIST COUNTS",
		Rule:    "LIST COUNTS may show nothing.",
		Digests: []string{"753fa92f6cd5"},
	},
	{
		ID: "nntp/counts-503", RFC: 6048, Section: "2.2.2", Level: Must, Party: Server, Extension: "LIST COUNTS",
		Rule:    "LIST COUNTS gets 503 where the server keeps no such information.",
		Digests: []string{"4f103ecdfc10"},
	},
	{
		ID: "nntp/counts-used", RFC: 6048, Section: "2.2.2", Level: May, Party: Client,
		Rule:    "A client may use LIST COUNTS for the numbers of articles.",
		Digests: []string{"5775e1f1a8a3"},
	},
	{
		ID: "nntp/counts-leading-zeros", RFC: 6048, Section: "2.2.3", Level: May, Party: Server, Extension: "LIST COUNTS",
		Rule:    "The number of articles may begin with zeros.",
		Digests: []string{"5e24d752a04d"},
	},
	{
		ID: "nntp/distributions-fields", RFC: 6048, Section: "2.3.2", Level: Must, Party: Server, Extension: "LIST DISTRIBUTIONS",
		Rule:    "A line of LIST DISTRIBUTIONS has two fields with spaces or TABs between them: name and description.",
		Digests: []string{"4fdad01562b2"},
	},
	{
		ID: "nntp/distributions-no-margins", RFC: 6048, Section: "2.3.2", Level: MustNot, Party: Server, Extension: "LIST DISTRIBUTIONS", Prose: true,
		Rule:    "A line of LIST DISTRIBUTIONS has no white space at its ends.",
		Digests: []string{"a91f4225a39d"},
	},
	{
		ID: "nntp/distributions-white-space", RFC: 6048, Section: "2.3.2", Level: May, Party: Server, Extension: "LIST DISTRIBUTIONS",
		Rule:    "The description of a distribution may have white space.",
		Digests: []string{"7ca7490fcd0c"},
	},
	{
		ID: "nntp/distributions-once", RFC: 6048, Section: "2.3.2", Level: ShouldNot, Party: Server, Extension: "LIST DISTRIBUTIONS",
		Rule:    "LIST DISTRIBUTIONS shows no distribution twice.",
		Digests: []string{"1baccf348657"},
	},
	{
		ID: "nntp/distributions-utf8", RFC: 6048, Section: "2.3.2", Level: Must, Party: Server, Extension: "LIST DISTRIBUTIONS",
		Rule:    "The description of a distribution is UTF-8.",
		Digests: []string{"49357c902643"},
	},
	{
		ID: "nntp/distributions-no-argument", RFC: 6048, Section: "2.3.2", Level: MustNot, Party: Client,
		Rule:    "LIST DISTRIBUTIONS has no argument.",
		Digests: []string{"24fa878597b9"},
	},
	{
		ID: "nntp/distributions-501", RFC: 6048, Section: "2.3.2", Level: Must, Party: Server, Extension: "LIST DISTRIBUTIONS",
		Rule:    "LIST DISTRIBUTIONS with an argument gets 501.",
		Digests: []string{"589bdd0947f9"},
	},
	{
		ID: "nntp/distributions-empty", RFC: 6048, Section: "2.3.2", Level: May, Party: Server, Extension: "LIST DISTRIBUTIONS",
		Rule:    "LIST DISTRIBUTIONS may show nothing.",
		Digests: []string{"a58c40fcae66"},
	},
	{
		ID: "nntp/distributions-503", RFC: 6048, Section: "2.3.2", Level: Must, Party: Server, Extension: "LIST DISTRIBUTIONS",
		Rule:    "LIST DISTRIBUTIONS gets 503 where the server keeps no such information.",
		Digests: []string{"4f103ecdfc10"},
	},
	{
		ID: "nntp/distributions-used", RFC: 6048, Section: "2.3.2", Level: May, Party: Client,
		Rule:    "A client may show the distributions to its user.",
		Digests: []string{"aa7f3a079ca5"},
	},
	{
		ID: "nntp/distributions-and-patterns", RFC: 6048, Section: "2.3.2", Level: Should, Party: Server, Extension: "LIST DISTRIBUTIONS",
		Rule:    "A server with LIST DISTRIBUTIONS has LIST DISTRIB.PATS too, and describes the distributions of the latter in the former.",
		Digests: []string{"230093ce7858"},
	},
	{
		ID: "nntp/moderators-fields", RFC: 6048, Section: "2.4.2", Level: Must, Party: Server, Extension: "LIST MODERATORS",
		Rule:    "A line of LIST MODERATORS has two fields with a colon between them: a wildmat and the template of an address.",
		Digests: []string{"31cdc34ddf15", "898f98e82b4b"},
	},
	{
		ID: "nntp/moderators-no-margins", RFC: 6048, Section: "2.4.2", Level: MustNot, Party: Server, Extension: "LIST MODERATORS", Prose: true,
		Rule:    "A line of LIST MODERATORS has no white space at its ends.",
		Digests: []string{"a91f4225a39d"},
	},
	{
		ID: "nntp/moderators-colons", RFC: 6048, Section: "2.4.2", Level: May, Party: Server, Extension: "LIST MODERATORS",
		Rule:    "The template of an address may have colons.",
		Digests: []string{"bc043053ff08"},
	},
	{
		ID: "nntp/moderators-one-s", RFC: 6048, Section: "2.4.2", Level: Must, Party: Server, Extension: "LIST MODERATORS",
		Rule:    `The template of an address has "%s" once at the most.`,
		Digests: []string{"8d70b3a8c42c"},
	},
	{
		ID: "nntp/moderators-percent-doubled", RFC: 6048, Section: "2.4.2", Level: Must, Party: Server, Extension: "LIST MODERATORS",
		Rule:    `A "%" of the address itself is written as "%%" in the template.`,
		Digests: []string{"0ed28e59a00b"},
	},
	{
		ID: "nntp/moderators-percent", RFC: 6048, Section: "2.4.2", Level: MustNot, Party: Server, Extension: "LIST MODERATORS",
		Rule:    `There is no "%" in the template but in "%s" and "%%".`,
		Digests: []string{"a09a32c1f054"},
	},
	{
		ID: "nntp/moderators-all", RFC: 6048, Section: "2.4.2", Level: Should, Party: Server, Extension: "LIST MODERATORS",
		Rule:    "Every moderated group is matched by a line of LIST MODERATORS.",
		Digests: []string{"feb1b560b1f4"},
	},
	{
		ID: "nntp/moderators-left-open", RFC: 6048, Section: "2.4.2", Level: May, Party: Server, Extension: "LIST MODERATORS",
		Rule:    "Software may leave it to the administrator that every moderated group is matched.",
		Digests: []string{"feb1b560b1f4"},
		OffWire: "what software enforces is not seen",
	},
	{
		ID: "nntp/moderators-no-argument", RFC: 6048, Section: "2.4.2", Level: MustNot, Party: Client,
		Rule:    "LIST MODERATORS has no argument.",
		Digests: []string{"54353b323a4b"},
	},
	{
		ID: "nntp/moderators-501", RFC: 6048, Section: "2.4.2", Level: Must, Party: Server, Extension: "LIST MODERATORS",
		Rule:    "LIST MODERATORS with an argument gets 501.",
		Digests: []string{"589bdd0947f9"},
	},
	{
		ID: "nntp/moderators-empty", RFC: 6048, Section: "2.4.2", Level: May, Party: Server, Extension: "LIST MODERATORS",
		Rule:    "LIST MODERATORS may show nothing.",
		Digests: []string{"113f186cad64"},
	},
	{
		ID: "nntp/moderators-503", RFC: 6048, Section: "2.4.2", Level: Must, Party: Server, Extension: "LIST MODERATORS",
		Rule:    "LIST MODERATORS gets 503 where the server keeps no such information.",
		Digests: []string{"31c33c37b4fb"},
	},
	{
		ID: "nntp/motd-by-state", RFC: 6048, Section: "2.5.2", Level: May, Party: Server, Extension: "LIST MOTD",
		Rule:    "The message of the day may depend on the state of the session.",
		Digests: []string{"ab20cc350681"},
	},
	{
		ID: "nntp/motd-utf8", RFC: 6048, Section: "2.5.2", Level: Must, Party: Server, Extension: "LIST MOTD",
		Rule:    "The message of the day is UTF-8.",
		Digests: []string{"f2227dd4a9f0"},
	},
	{
		ID: "nntp/motd-no-argument", RFC: 6048, Section: "2.5.2", Level: MustNot, Party: Client,
		Rule:    "LIST MOTD has no argument.",
		Digests: []string{"5f46af46227e"},
	},
	{
		ID: "nntp/motd-501", RFC: 6048, Section: "2.5.2", Level: Must, Party: Server, Extension: "LIST MOTD",
		Rule:    "LIST MOTD with an argument gets 501.",
		Digests: []string{"589bdd0947f9"},
	},
	{
		ID: "nntp/motd-empty", RFC: 6048, Section: "2.5.2", Level: May, Party: Server, Extension: "LIST MOTD",
		Rule:    "LIST MOTD may show nothing.",
		Digests: []string{"4850b822f83e"},
	},
	{
		ID: "nntp/motd-503", RFC: 6048, Section: "2.5.2", Level: Must, Party: Server, Extension: "LIST MOTD",
		Rule:    "LIST MOTD gets 503 where the server keeps no message of the day.",
		Digests: []string{"4f103ecdfc10"},
	},
	{
		ID: "nntp/motd-cached", RFC: 6048, Section: "2.5.2", Level: May, Party: Client,
		Rule:    "A client may keep the message of the day.",
		Digests: []string{"a3f12f7b4163"},
		OffWire: "what a client keeps is not seen",
	},
	{
		ID: "nntp/motd-cached-state", RFC: 6048, Section: "2.5.2", Level: May, Party: Client,
		Rule:    "A client may keep only the one of the state that it wanted to reach.",
		Digests: []string{"ce6ddbb17cc0"},
		OffWire: "what a client keeps is not seen",
	},
	{
		ID: "nntp/motd-not-kept-from-clear", RFC: 6048, Section: "2.5.2", Level: MustNot, Party: Client,
		Rule:    "A client does not keep one that it had before a privacy extension took effect.",
		Digests: []string{"6493a657c300"},
		OffWire: "what a client keeps is not seen",
	},
	{
		ID: "nntp/motd-cache-permitted", RFC: 6048, Section: "2.5.2", Level: May, Party: Client,
		Rule:    "A client may keep the results of LIST MOTD.",
		Digests: []string{"197844b19a35"},
		OffWire: "what a client keeps is not seen",
	},
	{
		ID: "nntp/motd-cache-not-relied", RFC: 6048, Section: "2.5.2", Level: MustNot, Party: Client,
		Rule:    "A client does not rely on a message of the day that it kept.",
		Digests: []string{"197844b19a35"},
		OffWire: "what a client keeps is not seen",
	},
	{
		ID: "nntp/motd-refreshed", RFC: 6048, Section: "2.5.2", Level: Should, Party: Client,
		Rule:    "A client can be told to ask for the message of the day again.",
		Digests: []string{"e43b8e59f974"},
		OffWire: "what a client keeps is not seen",
	},
	{
		ID: "nntp/subscriptions-fields", RFC: 6048, Section: "2.6.2", Level: Must, Party: Server, Extension: "LIST SUBSCRIPTIONS",
		Rule:    "A line of LIST SUBSCRIPTIONS is the name of a group.",
		Digests: []string{"9d7b724a2a5d"},
	},
	{
		ID: "nntp/subscriptions-once", RFC: 6048, Section: "2.6.2", Level: ShouldNot, Party: Server, Extension: "LIST SUBSCRIPTIONS",
		Rule:    "LIST SUBSCRIPTIONS shows no group twice.",
		Digests: []string{"f56496b72156"},
	},
	{
		ID: "nntp/subscriptions-carried", RFC: 6048, Section: "2.6.2", Level: Should, Party: Server, Extension: "LIST SUBSCRIPTIONS",
		Rule:    "LIST SUBSCRIPTIONS shows groups that the server has.",
		Digests: []string{"d6ecd8849c7c"},
	},
	{
		ID: "nntp/subscriptions-wildmat", RFC: 6048, Section: "2.6.2", Level: May, Party: Server, Extension: "LIST SUBSCRIPTIONS",
		Rule:    "LIST SUBSCRIPTIONS may have a wildmat, and shows the groups that it matches then.",
		Digests: []string{"06e159bdba66"},
	},
	{
		ID: "nntp/subscriptions-empty", RFC: 6048, Section: "2.6.2", Level: May, Party: Server, Extension: "LIST SUBSCRIPTIONS",
		Rule:    "LIST SUBSCRIPTIONS may show nothing.",
		Digests: []string{"28fe3ca2b283"},
	},
	{
		ID: "nntp/subscriptions-503", RFC: 6048, Section: "2.6.2", Level: Must, Party: Server, Extension: "LIST SUBSCRIPTIONS",
		Rule:    "LIST SUBSCRIPTIONS gets 503 where the server keeps no such list.",
		Digests: []string{"4f103ecdfc10"},
	},
	{
		ID: "nntp/subscriptions-used", RFC: 6048, Section: "2.6.2", Level: May, Party: Client,
		Rule:    "A client may use the list the first time that it connects.",
		Digests: []string{"f269c7eaa735"},
		OffWire: "what a user subscribes to is not seen",
	},
	{
		ID: "nntp/subscriptions-order", RFC: 6048, Section: "2.6.2", Level: May, Party: Client,
		Rule:    "A client may show the groups in the order of the list.",
		Digests: []string{"749302f60c63"},
		OffWire: "what a client shows is not seen",
	},
	{
		ID: "nntp/subscriptions-preferred", RFC: 6048, Section: "2.6.2", Level: Should, Party: Client,
		Rule:    "A client prefers the list to one of its own.",
		Digests: []string{"b0f7eb4eafd8"},
		OffWire: "what a user subscribes to is not seen",
	},
	{
		ID: "nntp/list-names-ascii", RFC: 6048, Section: "5", Level: Should, Party: Server,
		Rule:    "Names of groups stay ASCII until another way for them is standardised.",
		Digests: []string{"ac947e6b11b6"},
	},
	{
		ID: "nntp/list-texts-utf8", RFC: 6048, Section: "5", Level: Must, Party: Server, Extension: "LIST",
		Rule:    "Descriptions of distributions and the message of the day are UTF-8.",
		Digests: []string{"0aa1a244a71e"},
	},
}
