// Values of JSON keys that are credentials.

import Testing
import Traffic

struct SecretKeysTests {
    @Test(
        arguments: [
            (#"{"key": "abc", "other": "abc"}"#, #"{"key": "***", "other": "abc"}"#),
            (#"{"a":{"KEY":{"b":[1,"}"]},"c":1}}"#, #"{"a":{"KEY":"***","c":1}}"#),
            (#"{"key":12,"c":1}"#, #"{"key":"***","c":1}"#), (#"{"key":[1,2]}"#, #"{"key":"***"}"#),
            (#"{"key":"a\"b","c":1}"#, #"{"key":"***","c":1}"#), (#"{"key":"cut"#, #"{"key":"***""#),
            (#"{"key":{"cut":"#, #"{"key":"***""#), (#"["key","abc"]"#, #"["key","abc"]"#),
            (#"{"token": "abc"}"#, #"{"token": "***"}"#),
            (#"{"u":"http://h/p?Signature=abc&x=1"}"#, #"{"u":"http://h/p?Signature=***&x=1"}"#),
            ("Failed, \"key\" unknown", "Failed, \"key\" unknown"), ("\"", "\""), ("", ""),
            ("\"key\":", "\"key\":\"***\""),
        ]
    )
    func `are masked whatever they are, and nothing else is`(text: String, masked: String) {
        #expect(Secrets.masked(text, keys: ["key"]) == masked)
    }
}
