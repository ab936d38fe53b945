// What is served at one path, and under which network conditions.

public import Traffic

/// An image at a path, with the conditions that each request for it meets.
public struct Offering: Sendable {
    /// What the response declares as its length.
    public enum DeclaredLength: Hashable, Sendable {
        /// The true length of the body.
        case body
        /// Another one: larger makes a truncated body, smaller cuts the image there.
        case bytes(Int64)
        /// None: the body goes in chunks (RFC 9112 §7.1).
        case absent
    }

    /// Path, starting with `/`; a query may follow, which requests need not repeat.
    public var path: String
    /// The bytes to serve.
    public var image: FirmwareImage
    /// Conditions of successive requests, of which the last one repeats; empty means unlimited.
    public var curves: [NetworkCurve]
    /// Declared length of a response with a body.
    public var declaredLength: DeclaredLength
    /// Whether `Range` requests are answered with 206; otherwise with the whole image.
    public var honoursRange: Bool
    /// Further response fields, such as `Location` or `Content-Encoding`; names that are no tokens are left out.
    public var fields: [String: String]

    /// Offers an image; unless told otherwise whole, at once, and to ranges too.
    public init(
        path: String,
        image: FirmwareImage,
        curves: [NetworkCurve] = [],
        declaredLength: DeclaredLength = .body,
        honoursRange: Bool = true,
        fields: [String: String] = [:]
    ) {
        self.path = path
        self.image = image
        self.curves = curves
        self.declaredLength = declaredLength
        self.honoursRange = honoursRange
        self.fields = fields
    }

    /// The conditions for request number `index`, counted from 0.
    func curve(forRequest index: Int) -> NetworkCurve {
        index < curves.count ? curves[max(0, index)] : curves.last ?? .unlimited
    }
}
