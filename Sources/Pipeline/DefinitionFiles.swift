// Reads definition files; their size is bounded, whatever they are.

public import Dialects
import Foundation

/// Definitions on disk.
public enum DefinitionFiles {
    /// Most bytes of a definition: what is larger is not one.
    static let byteLimit = 1 << 20

    /// The text of one file.
    /// - Throws: `.unreadable` when there is none, or nothing that could be a definition.
    public static func text(ofFile path: String) throws(RunError) -> DefinitionText {
        let bytes: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            bytes = try file.read(upToCount: byteLimit + 1) ?? Data()
        } catch {
            throw RunError(
                .unreadable,
                "\(path) cannot be read: \(error.localizedDescription); give the path of a definition file",
                cause: error
            )
        }
        guard bytes.count <= byteLimit else {
            throw RunError(
                .unreadable,
                "\(path) has more than \(byteLimit) bytes; that is no definition of a dialect"
            )
        }
        guard let yaml = String(validating: bytes, as: UTF8.self) else {
            throw RunError(.unreadable, "\(path) is not UTF-8; save the definition as UTF-8")
        }
        return DefinitionText(origin: path, yaml: yaml)
    }

    /// The texts of a folder's `.yaml` and `.yml` files in order of their names; none when there is no such folder.
    static func texts(
        inFolder folder: String
    ) throws(RunError) -> [(text: DefinitionText, source: DialectSource)] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw RunError(
                .unreadable,
                "the folder of dialects \(folder) cannot be listed: \(error.localizedDescription); "
                    + "let $OTATAPE_DIALECTS name a readable folder",
                cause: error
            )
        }
        var texts: [(text: DefinitionText, source: DialectSource)] = []
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let path = folder + "/" + name
            texts.append((try text(ofFile: path), .folder(path)))
        }
        return texts
    }
}
