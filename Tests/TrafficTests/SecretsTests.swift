// Credentials never leave through text.

import Testing
import Traffic

@Test(
    arguments: [
        (
            "http://h/f.bin?AWSAccessKeyId=AKIA&Expires=1&Signature=ab%2Bc%3D",
            "http://h/f.bin?AWSAccessKeyId=***&Expires=1&Signature=***"
        ),
        (
            "404 Client Error: Not Found for url: http://h/f?accessKey=65bd (tried once)",
            "404 Client Error: Not Found for url: http://h/f?accessKey=*** (tried once)"
        ),
        ("mqtt://user:secret@host:1883", "mqtt://***@host:1883"),
        (#"{"url":"http://h/f?token=t0p","size":5}"#, #"{"url":"http://h/f?token=***","size":5}"#),
        (#"login failed: {"token":"abc", "user": "u"}"#, #"login failed: {"token":"***", "user": "u"}"#),
        (#"{\"password\": \"p\\"w\", \"n\":1}"#, #"{\"password\": \"***\", \"n\":1}"#),
        ("{'Authorization': 'Bearer x y', 'a': 'b'}", "{'Authorization': '***', 'a': 'b'}"),
        (
            #"{"secret":12345,"auth":null,"jwt":"","cookie": "a"#,
            #"{"secret":***,"auth":null,"jwt":"","cookie": "***""#
        ),
        (#"{"api_key":{"a":"b"},"token" :"#, #"{"api_key":***,"token" :"#),
        (#"the "token" is wrong, it's "secret" no more"#, #"the "token" is wrong, it's "secret" no more"#),
        ("http://h/fw.bin?version=1.2", "http://h/fw.bin?version=1.2"),
        ("see someone@example.org about a=b", "see someone@example.org about a=b"),
        ("http://h/path@2x.png", "http://h/path@2x.png"),
        ("", ""),
    ]
)
func `masks the values of credentials and nothing else`(text: String, masked: String) {
    #expect(Secrets.masked(text) == masked)
}

@Test func `escapes what would move a terminal's cursor or forge a line`() {
    #expect(
        TerminalText.escaped("ok\u{1B}[2J\nrow\u{202E}x\u{7F}") == "ok\\u{1b}[2J\\u{a}row\\u{202e}x\\u{7f}"
    )
    #expect(TerminalText.escaped("펌웨어 升级 é") == "펌웨어 升级 é")
}

@Test(arguments: [
    ("Authorization", true), ("token", true), ("x-api-key", true), ("topic", false), ("", false),
])
func `knows names whose whole value is a credential`(name: String, isCredential: Bool) {
    #expect(Secrets.isCredential(name) == isCredential)
}
