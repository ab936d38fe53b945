// The files of one recording: each goes on where the one before it ends.

import Foundation
import Store
import Traffic

/// Finds the file that continues a capture, and adds it to the recording.
struct CaptureChain {
    /// The files read so far, in order.
    private(set) var paths: [String]
    /// Why the chain ended before its time.
    private(set) var failure: (any Error)?
    private var candidates: [String]
    private let earlier: EarlierImports
    private let recordingID: Int64

    private var store: UpgradeStore { earlier.store }

    init(_ path: String, _ candidates: [String], beside earlier: EarlierImports, recordingID: Int64) {
        paths = [path]
        self.candidates = candidates
        self.earlier = earlier
        self.recordingID = recordingID
    }

    /// Has a capture that is at the end of a file go on with the one that continues it; `false` when there is none.
    mutating func goOn(_ capture: inout CaptureReading) -> Bool {
        do {
            for (place, path) in candidates.enumerated() where capture.isContinued(by: path) {
                let digest = try FileDigest.sha256(path: path)
                // A file that was imported before is found below, with those that continue it.
                if try store.isImported(sha256: digest) { continue }
                candidates.remove(at: place)
                try adopt(path, digest, for: &capture)
                return true
            }
            guard let end = capture.summary.endedAt else { return false }
            for recording in try earlier.recordings(after: end) {
                guard let first = recording.files.first, capture.isContinued(by: first.path) else { continue }
                try store.removeRecording(recording.id)
                candidates = recording.files.dropFirst().map(\.path) + candidates
                try adopt(first.path, first.sha256, for: &capture)
                return true
            }
        } catch {
            failure = error
        }
        return false
    }

    private mutating func adopt(_ path: String, _ digest: String, for capture: inout CaptureReading) throws {
        paths.append(path)
        let name = "\(paths[0]) … \(path) (\(paths.count) files)"
        let place = URL(filePath: path).standardizedFileURL.path
        try store.addFile(place, sha256: digest, to: recordingID, calling: name)
        try capture.goOn(with: path)
    }
}
