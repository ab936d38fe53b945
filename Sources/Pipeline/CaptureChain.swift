// The files of one recording: each goes on where the one before it ends.

import Store

/// Finds the file that continues a capture, and adds it to the recording.
struct CaptureChain {
    /// The files read so far, in order.
    private(set) var paths: [String]
    /// Why the chain ended before its time.
    private(set) var failure: (any Error)?
    private var candidates: [String]
    private let store: UpgradeStore
    private let recordingID: Int64

    init(_ path: String, _ candidates: [String], store: UpgradeStore, recordingID: Int64) {
        paths = [path]
        self.candidates = candidates
        self.store = store
        self.recordingID = recordingID
    }

    /// Has a capture that is at the end of a file go on with the one that continues it; `false` when there is none.
    mutating func goOn(_ capture: inout CaptureReading) -> Bool {
        for (place, path) in candidates.enumerated() where capture.isContinued(by: path) {
            do {
                try store.addFile(path, sha256: FileDigest.sha256(path: path), to: recordingID)
                try capture.goOn(with: path)
            } catch let error as StoreError where error.code == .alreadyImported {
                // It is told when the file's own turn comes.
                continue
            } catch {
                failure = error
                return false
            }
            candidates.remove(at: place)
            paths.append(path)
            return true
        }
        return false
    }
}
