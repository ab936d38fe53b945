// The Content-Range field of an HTTP response. RFC 9110 §14.4.

/// Which part of an image a response carries: `bytes 16380-40950/40951`.
struct ContentRange: Hashable {
    var first: Int64
    var last: Int64
    /// `nil` for `*`.
    var total: Int64?

    /// Reads the field; `nil` for anything but a satisfied range of bytes.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let halves = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first >= 0,
            last >= first
        else { return nil }
        self.first = first
        self.last = last
        total = Int64(halves[1]).flatMap { $0 > last ? $0 : nil }
    }
}
