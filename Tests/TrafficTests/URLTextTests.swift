// Where references lead. The first examples are RFC 3986 §5.4.

import Testing
import Traffic

@Test(arguments: [
    ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
    ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
    ("#s", "http://a/b/c/d;p?q"),
    ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("..", "http://a/b/"), ("../g", "http://a/b/g"),
    ("../..", "http://a/"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"),
    ("g/../h", "http://a/b/c/h"),
    ("g?y/../x", "http://a/b/c/g?y/../x"), ("https://x/y#z", "https://x/y"),
    ("/login?to=http://x/", "http://a/login?to=http://x/"),
])
func `follows a reference from a URL`(reference: String, expected: String) {
    #expect(URLText.following(reference, from: "http://a/b/c/d;p?q") == expected)
}

@Test(arguments: [("x", "http://h/x"), ("?y", "http://h/?y"), ("/x", "http://h/x"), ("..", "http://h/")])
func `follows a reference from a URL without a path`(reference: String, expected: String) {
    #expect(URLText.following(reference, from: "http://h") == expected)
}

@Test func `reads the path of a URL and of a target`() {
    #expect(URLText.path(of: "http://h/a/b?c#d") == "/a/b")
    #expect(URLText.path(of: "/a?c") == "/a")
    #expect(URLText.path(of: "http://h") == "/")
}
