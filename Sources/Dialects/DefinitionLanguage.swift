// The page that explains the definition language.

/// The definition language, explained on one page.
public enum DefinitionLanguage {
    /// The page, in Markdown.
    public static var page: String {
        String(decoding: PackageResources.language_md, as: UTF8.self)
    }
}
