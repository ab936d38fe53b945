// What can go wrong with the spool's files.

/// Why the spool cannot be used, with the remedy.
public struct SpoolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong and what to do about it.
    public let description: String

    /// Puts a failed system call into words.
    init(_ action: String, _ path: String, errno number: Int32) {
        description = "\(action) '\(path)': \(SpoolFile.words(for: number)); \(Self.remedy(for: number))"
    }

    private static func remedy(for number: Int32) -> String {
        SpoolFile.isFull(number)
            ? "free some space on the disk" : "may you write in that folder? It lies beside the store"
    }
}
