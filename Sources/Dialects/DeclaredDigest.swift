// The digest of an image, as an offer declares it.

/// The digest an offer declares, normalised: algorithm and hex in lower case.
public struct DeclaredDigest: Hashable, Sendable {
    /// `sha256`, `md5`, … ; empty when the offer names none and the length does not tell.
    public var algorithm: String
    /// The hex digits in lower case.
    public var hex: String
    /// The text as it was in the payload, for dialects whose devices compare letter by letter.
    public var verbatim: String

    /// A declared digest.
    public init(algorithm: String, hex: String, verbatim: String) {
        self.algorithm = algorithm
        self.hex = hex
        self.verbatim = verbatim
    }
}
