// What a check found wrong.

/// A statement about the decoders that did not hold for some bytes.
public struct Finding: Error, CustomStringConvertible {
    /// What did not hold.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Says that a statement must hold.
func require(_ holds: Bool, _ statement: @autoclosure () -> String) throws(Finding) {
    if !holds { throw Finding(statement()) }
}
