// Numbers that a recording has given away, for who goes on with it.

/// The highest numbers in use within one recording; 0 where none is.
public struct RecordedNumbers: Hashable, Sendable {
    /// Of its connections.
    public var connections: Int
    /// Of the files that it put together from several answers.
    public var assemblies: Int

    /// Numbers in use, none unless given.
    public init(connections: Int = 0, assemblies: Int = 0) {
        self.connections = connections
        self.assemblies = assemblies
    }
}
