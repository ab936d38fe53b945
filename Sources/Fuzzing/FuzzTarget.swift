// What can be fuzzed, by name.

/// A part of the program that takes bytes from strangers, and what must hold for any bytes.
///
/// libFuzzer drives the checks (`make fuzz`), and the tests repeat them on seeds, on mutations and on every input that
/// once failed.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// Captured packets of many link types.
    case link
    /// One TCP stream, cut, repeated, reordered and fragmented.
    case tcp
    /// Both directions of an MQTT connection.
    case mqtt
    /// Both directions of an HTTP connection.
    case http
    /// Both directions of a connection that HTTP hands over to WebSocket.
    case websocket
    /// A capture file.
    case capture
    /// A message's payload.
    case payload

    /// Checks that what must hold does hold for an input.
    public func check(_ input: [UInt8]) throws(Finding) {
        switch self {
        case .link: try LinkCheck.check(input)
        case .tcp: try ReorderingCheck.check(input)
        case .mqtt: try SplittingCheck.check(input, cuts: .anywhere)
        case .http, .websocket: try SplittingCheck.check(input, cuts: .insideLines)
        case .capture: try CaptureCheck.check(input)
        case .payload: try PayloadCheck.check(input)
        }
    }
}
