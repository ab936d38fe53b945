// Imports captures into a store of the test's own.

import Dialects
import Foundation
import Pipeline
import Store
import TestSupport

/// A store that holds imported captures, and the folder it lives in.
struct ImportedStore {
    let store: UpgradeStore
    private let folder: ScratchFolder

    init(_ captures: [URL], dialects: DialectSet? = nil) async throws {
        folder = try ScratchFolder()
        store = try UpgradeStore.open(path: folder.path("import.sqlite"), .createIfMissing)
        let importer = CaptureImport(store: store, dialects: try dialects ?? BuiltInDialects.load())
        for capture in captures {
            _ = try await importer.run(path: capture.path) { _ in }
        }
    }

    /// The rows of a query as text, for comparing.
    func rows(_ sql: String) throws -> [[String]] {
        try store.query(sql: sql).rows.map { row in
            row.map { value in
                switch value {
                case .null: "–"
                case .integer(let number): String(number)
                case .real(let number): String(number)
                case .text(let text): text
                case .blob(let bytes): "\(bytes.count) bytes"
                }
            }
        }
    }
}
