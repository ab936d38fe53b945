// What waits in the spools beside a store.

import Foundation
import Spool
import Store

/// Looks into the spools and changes nothing.
struct SpoolSurvey {
    private let storePath: String
    private let recordings: [Int64: ExaminedRecording]

    /// The spools of a store with these recordings.
    init(storePath: String, recordings: [ExaminedRecording]) {
        self.storePath = storePath
        self.recordings = Dictionary(recordings.map { ($0.id, $0) }) { first, _ in first }
    }

    private struct Tally {
        var waiting: Int64 = 0
        var strangers: Set<Int64> = []
        var empty = 0
    }

    /// How the spools stand; a running recorder's own are its business.
    func check(isRecording: Bool) async -> HealthCheck {
        let folders = SpoolFolders.all(besideStoreAt: storePath)
        guard !isRecording else {
            return HealthCheck("spool", .ok, "\(folders.count) in use by the recorder")
        }
        var tally = Tally()
        do {
            for folder in folders { try await count(folder, &tally) }
        } catch {
            return HealthCheck(
                "spool",
                .error,
                "cannot be read: \(error)",
                remedy: "look into \(SpoolFolders.root(besideStoreAt: storePath))"
            )
        }
        return Self.check(tally, folders.count)
    }

    private static func check(_ tally: Tally, _ folders: Int) -> HealthCheck {
        if let stranger = tally.strangers.min() {
            return HealthCheck(
                "spool",
                .error,
                "deliveries of recording \(stranger), which this store does not know",
                remedy: "put the store back that they were taken for, or move the spool folder away"
            )
        }
        if tally.waiting > 0 {
            return HealthCheck(
                "spool",
                .warning,
                "\(tally.waiting) deliveries wait to be taken in",
                remedy: "--repair and the next `otatape record` take them in"
            )
        }
        if tally.empty > 0 {
            return HealthCheck(
                "spool",
                .warning,
                "\(tally.empty) empty folders",
                remedy: "--repair removes them"
            )
        }
        return HealthCheck("spool", .ok, folders == 0 ? "none" : "\(folders), nothing waits")
    }

    private func count(_ folder: String, _ tally: inout Tally) async throws {
        let remains = try SpoolRemains(folder: folder)
        for id in remains.recordingIDs {
            let recording = recordings[id].flatMap { $0.kind == "broker" ? $0 : nil }
            var waiting: Int64 = 0
            try await remains.read(of: id, from: recording?.spoolPosition ?? 0) { batch in
                waiting += Int64(batch.entries.count)
            }
            if waiting > 0, recording == nil { tally.strangers.insert(id) }
            tally.waiting += waiting
        }
        let contents = try FileManager.default.contentsOfDirectory(atPath: folder)
        if contents.isEmpty { tally.empty += 1 }
    }
}
