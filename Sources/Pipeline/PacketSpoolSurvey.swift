// Which sniffed packets wait on the disk beside a store.

import Foundation
import PacketSources
import Store

/// Looks for packets that a killed recorder left and changes nothing.
struct PacketSpoolSurvey {
    private let folder: String
    private let known: Set<Int64>

    /// The packets of a store with these recordings.
    init(storePath: String, recordings: [ExaminedRecording]) {
        folder = SpoolFolders.packets(besideStoreAt: storePath)
        known = Set(recordings.lazy.filter { $0.kind == "interface" }.map(\.id))
    }

    /// How the spool stands; a running recorder's own is its business.
    func check(isRecording: Bool) -> HealthCheck {
        let remains = PacketSpoolRemains(folder: folder)
        let ids = remains.recordingIDs
        if isRecording {
            return HealthCheck("packets", .ok, ids.isEmpty ? "none wait" : "in use by the recorder")
        }
        if let stranger = ids.first(where: { !known.contains($0) }) {
            return HealthCheck(
                "packets",
                .error,
                "sniffed packets of recording \(stranger), which this store does not know",
                remedy: "put the store back that they were captured for, or move \(folder) away"
            )
        }
        if !ids.isEmpty {
            return HealthCheck(
                "packets",
                .warning,
                "\(remains.byteCount) bytes of sniffed packets wait to be decoded",
                remedy: "--repair and the next `otatape record` take them in"
            )
        }
        if FileManager.default.fileExists(atPath: folder) {
            return HealthCheck("packets", .warning, "an empty folder", remedy: "--repair removes it")
        }
        return HealthCheck("packets", .ok, "none wait")
    }
}
