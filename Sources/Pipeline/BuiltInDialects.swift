// The dialects every run speaks.

public import Dialects

/// Loads the definitions that come with the program.
public enum BuiltInDialects {
    /// The built-in dialects, compiled.
    /// - Throws: `.unreadable` when an embedded definition is wrong, which the tests rule out.
    public static func load() throws(RunError) -> DialectSet {
        do {
            return try DialectSet.builtIn()
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
    }
}
