// Keys of URLs, and where redirects lead.

import Testing

@testable import Sessions

struct ArtifactURLTests {
    @Test(
        arguments: [
            ("http://Host/a/b?x=Y", "http://host/a/b?x=Y", "/a/b"),
            ("HTTP://host:80/a", "http://host/a", "/a"),
            ("https://host:443/a", "https://host/a", "/a"),
            ("http://host:8080/a#part", "http://host:8080/a", "/a"),
            ("http://user:secret@host/a", "http://host/a", "/a"),
            ("http://host", "http://host/", "/"),
            ("http://host?q=1", "http://host/?q=1", "/"),
            ("/a/b?c", "/a/b?c", "/a/b"),
            ("", "/", "/"),
        ]
    )
    func `reads a URL`(text: String, exact: String, path: String) {
        let url = ArtifactURL(text)
        #expect(url.exact == exact)
        #expect(url.path == path)
        #expect(url.isTelling == (path != "/"))
    }

    @Test(
        arguments: [
            ("https://cdn/x?s=1", "https://cdn/x?s=1"), ("//cdn/x", "http://cdn/x"),
            ("/x", "http://host:81/x"),
            ("c?d=1", "http://host:81/a/c?d=1"),
        ]
    )
    func `follows a redirect`(location: String, target: String) {
        #expect(ArtifactURL("http://host:81/a/b?q=1").following(location).exact == target)
    }
}
