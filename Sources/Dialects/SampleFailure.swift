// What is wrong with a sample of a definition.

/// A sample that is not read as its definition says, or not written so that it reads back.
public struct SampleFailure: Hashable, Sendable {
    /// Where the sample stands in the definition.
    public var line: Int
    /// The message of the definition that it is a sample of.
    public var rule: String
    /// The sample's topic.
    public var topic: String
    /// What the definition says.
    public var expected: String
    /// What came of it.
    public var actual: String

    init(_ sample: Sample, expected: String, actual: String) {
        line = sample.line
        rule = sample.rule
        topic = sample.topic
        self.expected = expected
        self.actual = actual
    }
}

extension SampleFailure: CustomStringConvertible {
    /// The failure in one line.
    public var description: String {
        "line \(line): sample of \(rule) on \(topic): expected \(expected), got \(actual)"
    }
}
