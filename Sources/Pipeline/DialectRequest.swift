// Which dialects a run speaks, as it was asked for.

/// What adds to the built-in dialects, replaces them, and narrows them.
public struct DialectRequest: Hashable, Sendable {
    /// Definition files, each read after the user's folder.
    public var files: [String]
    /// The user's folder of definitions; `nil` for none.
    public var folder: String?
    /// The variant to read each dialect by, where it is not the definition's first.
    public var variants: [String: String]
    /// Names or aliases of the only dialects wanted; empty for all.
    public var only: [String]

    /// The built-in dialects, and what is added.
    public init(
        files: [String] = [],
        folder: String? = nil,
        variants: [String: String] = [:],
        only: [String] = []
    ) {
        self.files = files
        self.folder = folder
        self.variants = variants
        self.only = only
    }

    /// The folder that an environment names: `$OTATAPE_DIALECTS`, else that of its configuration; `nil` for neither.
    public static func folder(in environment: [String: String]) -> String? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let folder = value("OTATAPE_DIALECTS") { return folder }
        if let configuration = value("XDG_CONFIG_HOME") { return configuration + "/otatape/dialects" }
        return value("HOME").map { $0 + "/.config/otatape/dialects" }
    }
}
