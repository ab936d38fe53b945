// The ids that a topic can carry.

/// The names that templates may capture.
enum TopicCapture: String, Hashable, Sendable, CaseIterable {
    case product
    case device
    case gateway
    case command
    case module
    /// The index of a piece of the image: decimal digits.
    case chunk
    /// A number that a client gives to one exchange: matched and not kept.
    case request

    /// The field of an event that the captured level fills; `nil` where it is not kept.
    var field: EventField? {
        switch self {
        case .product: .productID
        case .device: .deviceID
        case .gateway: .gatewayID
        case .command: .commandID
        case .module: .module
        case .chunk: .chunkIndex
        case .request: nil
        }
    }
}
