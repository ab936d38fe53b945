// The files of one recording: each goes on where the one before it ends.

import Foundation
import Store
import Traffic

/// Finds the file that continues a capture, and adds it to the recording.
struct CaptureChain {
    /// The files read so far, as they were named, in order.
    private(set) var paths: [String]
    /// The same files as the store knows them.
    private(set) var files: [FileRecording.File]
    /// Why the chain ended before its time.
    private(set) var failure: (any Error)?
    private var candidates: [CaptureSeries.File]
    private let earlier: EarlierImports
    private let recordingID: Int64

    private var store: UpgradeStore { earlier.store }

    /// A chain of one recording's files; the first is read already.
    init(
        _ path: String,
        _ file: FileRecording.File,
        _ candidates: [CaptureSeries.File],
        beside earlier: EarlierImports,
        recordingID: Int64
    ) {
        paths = [path]
        files = [file]
        self.candidates = candidates
        self.earlier = earlier
        self.recordingID = recordingID
    }

    /// Has a capture that is at the end of a file go on with the one that continues it; `false` when there is none.
    mutating func goOn(_ capture: inout CaptureReading) -> Bool {
        guard let end = capture.summary.endedAt else { return false }
        do {
            for path in candidates(after: end) where capture.isContinued(by: path) {
                let file = try FileRecording.File(path)
                // A file that was imported before is found below, with those that continue it.
                if try isTaken(file) { continue }
                candidates.removeAll { $0.path == path }
                try adopt(path, file, for: &capture)
                return true
            }
            for recording in try earlier.recordings(after: end) {
                guard let first = recording.files.first, capture.isContinued(by: first.path),
                    earlier.isWhole(recording)
                else { continue }
                try store.markReplaced(recording.id, by: recordingID)
                candidates = recording.files.dropFirst().map { CaptureSeries.File($0.path) } + candidates
                try adopt(first.path, first, for: &capture)
                return true
            }
        } catch {
            failure = error
        }
        return false
    }

    /// The likeliest of those that begin when the capture ends, or soon after.
    private func candidates(after end: Timestamp) -> [String] {
        let times = CaptureReading.continuations(of: end)
        let near = candidates.lazy.filter { $0.startsAt.map(times.contains) ?? false }
        return near.prefix(EarlierImports.triesAtMost).map(\.path)
    }

    /// Whether a file was read already, or is another recording's.
    private func isTaken(_ file: FileRecording.File) throws -> Bool {
        if files.contains(where: { $0.sha256 == file.sha256 }) { return true }
        return try store.isImported(sha256: file.sha256, besidesWhatIsReplacedBy: recordingID)
    }

    private mutating func adopt(
        _ path: String,
        _ file: FileRecording.File,
        for capture: inout CaptureReading
    ) throws {
        paths.append(path)
        files.append(file)
        let name = "\(paths[0]) … \(path) (\(paths.count) files)"
        try store.addFile(file, to: recordingID, calling: name)
        try capture.goOn(with: path)
    }
}

extension FileRecording.File {
    /// The file at a path, whatever the working directory will be.
    init(_ path: String) throws {
        self.init(
            path: URL(filePath: path).standardizedFileURL.path,
            sha256: try FileDigest.sha256(path: path)
        )
    }
}
