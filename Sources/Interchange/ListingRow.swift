// One row of the `inspect` listing: an MQTT control packet or an HTTP exchange. design.md §8.

public import Traffic

/// One row of the listing that `inspect` prints, in capture order.
public enum ListingRow: Sendable {
    /// An MQTT control packet.
    case mqtt(ControlPacketRow)
    /// An HTTP exchange, listed when it ended.
    case http(Transfer)

    /// Adds the row as one JSON object, without a line end.
    ///
    /// Values are as captured: a listing is evidence. Only `masked` replaces credentials in topics and URLs.
    public func writeJSON(to text: inout OutputText, masked: Bool) {
        switch self {
        case .mqtt(let row): row.writeJSON(to: &text, masked: masked)
        case .http(let transfer): transfer.writeJSON(to: &text, masked: masked)
        }
    }

    /// Adds the row as one line for people, without its end: time, who to whom, what.
    public func writeLine(to text: inout OutputText, masked: Bool) {
        switch self {
        case .mqtt(let row): row.writeLine(to: &text, masked: masked)
        case .http(let transfer): transfer.writeLine(to: &text, masked: masked)
        }
    }

    /// The row as one JSON object.
    public func jsonLine(masked: Bool) -> String {
        var text = OutputText()
        writeJSON(to: &text, masked: masked)
        return text.string
    }

    /// The row as one line for people.
    public func text(masked: Bool) -> String {
        var text = OutputText()
        writeLine(to: &text, masked: masked)
        return text.string
    }
}
