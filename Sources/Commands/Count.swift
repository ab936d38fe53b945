// Numbers with their nouns.

enum Count {
    /// `1 transfer`, `2 transfers`.
    static func text(_ count: some BinaryInteger, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
