// The two ways in which dialects spell a digest. dialects.md §1.3, §3.3.

extension DeclaredDigest {
    /// Reads `sha256:<hex>` or bare hex, whose length tells the algorithm.
    init(prefixed text: String) {
        guard let colon = text.firstIndex(of: ":") else {
            let hex = text.lowercased()
            self.init(algorithm: Self.algorithm(ofLength: hex.utf8.count), hex: hex, verbatim: text)
            return
        }
        let hex = text[text.index(after: colon)...].lowercased()
        self.init(algorithm: Self.folded(String(text[..<colon])), hex: hex, verbatim: text)
    }

    /// Joins bare hex with an algorithm that has a key of its own.
    init(bare text: String, algorithm: String) {
        let folded = Self.folded(algorithm)
        let hex = text.lowercased()
        self.init(
            algorithm: folded.isEmpty ? Self.algorithm(ofLength: hex.utf8.count) : folded,
            hex: hex,
            verbatim: text
        )
    }

    /// The text as it was, when it still names this digest; otherwise the digest in the form that it had.
    var prefixedText: String {
        if isVerbatimCurrent { return verbatim }
        let isBare = !verbatim.isEmpty && !verbatim.contains(":")
        return isBare || algorithm.isEmpty ? hex : "\(algorithm):\(hex)"
    }

    /// Takes over the form of a recorded digest, where the own text does not name the own digest.
    mutating func adoptForm(of recorded: DeclaredDigest) {
        if !isVerbatimCurrent { verbatim = recorded.verbatim }
    }

    private var isVerbatimCurrent: Bool {
        let named = DeclaredDigest(prefixed: verbatim)
        guard named.hex == hex, !hex.isEmpty else { return false }
        return named.algorithm == algorithm || !verbatim.contains(":")
    }

    /// The hex as it was, when it is still this digest's.
    var bareText: String {
        verbatim.lowercased() == hex ? verbatim : hex
    }

    /// `SHA-256`, `sha_256` and `Sha256` are one algorithm.
    private static func folded(_ algorithm: String) -> String {
        algorithm.lowercased().filter { $0 != "-" && $0 != "_" }
    }

    private static func algorithm(ofLength length: Int) -> String {
        switch length {
        case 32: "md5"
        case 40: "sha1"
        case 64: "sha256"
        case 128: "sha512"
        default: ""
        }
    }
}
