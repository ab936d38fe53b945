// Why a pcapng file cannot be read on.

/// A block that cannot be believed, in words for the `cause` of an error.
struct PcapngFault: Error, Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
