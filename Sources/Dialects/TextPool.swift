// Texts that repeat from message to message, made once.

/// The texts of ids, versions and codes by their bytes; a text seen before is only retained.
struct TextPool {
    /// Most texts that are remembered, and most bytes that they have together; a full pool begins anew.
    static let textLimit = 65_536, byteLimit = 4 << 20
    /// Longest text that is remembered; longer ones rarely come twice.
    static let longest = 128
    /// Texts up to this length stand within the string itself: making them allocates nothing.
    private static let inlineLength = 15

    private var known: ByteTable<String>

    /// How many texts are remembered.
    var count: Int { known.count }

    /// A pool without texts.
    init(textLimit: Int = textLimit) {
        known = ByteTable(entryLimit: textLimit, byteLimit: Self.byteLimit)
    }

    /// The text of a range of bytes; ill-formed UTF-8 is repaired.
    mutating func text(of bytes: RawSpan, in range: Range<Int>) -> String {
        guard range.count > Self.inlineLength, range.count <= Self.longest else {
            return bytes.text(in: range)
        }
        let key = bytes.extracting(range)
        let hash = KeyedHash.ofProcess(key)
        if let number = known.find(key, hash: hash) { return known[number] }
        let text = bytes.text(in: range)
        if known.isFull(for: key) { known.forgetAll() }
        known.remember(key, hash: hash, text)
        return text
    }
}
