// Captures imported before that a file continues, or that continue it.

import Store
import Traffic

/// Finds recordings in the store that are one stream with a file, as long as their own files are where they were.
///
/// What a decoder knows in the middle of a connection is not stored, and a digest cannot be taken up again: such
/// recordings are read again together with the file.
struct EarlierImports {
    /// Captured bytes beyond which a recording is not read again; then a download across the seam stays two parts.
    private static let byteLimit: Int64 = 4 << 30
    /// Captures that are looked at to find the one that continues another: more than are written side by side.
    static let triesAtMost = 8

    let store: UpgradeStore
    let limits: ReadingLimits

    /// The recording that a file continues; `nil` when there is none, or it is one of those `tried`.
    func recording(
        continuedBy path: String,
        beginning start: Timestamp,
        besides tried: Set<Int64>
    ) throws -> FileRecording? {
        let ends = CaptureReading.predecessors(of: start)
        let never = Timestamp(nanoseconds: .max)...Timestamp(nanoseconds: .max)
        let before = try store.fileRecordings(ending: ends, beginning: never).before
        return before.filter { !tried.contains($0.id) }.suffix(Self.triesAtMost)
            .last { isWhole($0) && isContinued($0.files.map(\.path), by: path) }
    }

    /// The files that were read together with one whose import was cut off, before it and after it; `nil` when there was
    /// no such import, or not all of them are where they were.
    func unfinished(of file: FileRecording.File) throws
        -> (before: [FileRecording.File], after: [FileRecording.File])?
    {
        guard var recording = try store.unfinishedImport(of: file.sha256),
            let place = recording.files.firstIndex(where: { $0.sha256 == file.sha256 })
        else { return nil }
        // It may be asked for under another name now.
        recording.files[place] = file
        guard isWhole(recording) else { return nil }
        return (Array(recording.files[..<place]), Array(recording.files[(place + 1)...]))
    }

    /// The recordings that may continue a capture that ends then.
    func recordings(after end: Timestamp) throws -> some Sequence<FileRecording> {
        let begins = CaptureReading.continuations(of: end)
        let never = Timestamp(nanoseconds: .min)...Timestamp(nanoseconds: .min)
        return try store.fileRecordings(ending: never, beginning: begins).after.prefix(Self.triesAtMost)
    }

    /// Whether all files are there as they were.
    func isWhole(_ recording: FileRecording) -> Bool {
        recording.bytes <= Self.byteLimit
            && recording.files.allSatisfy { file in (try? FileDigest.sha256(path: file.path)) == file.sha256 }
    }

    /// Whether a file goes on where these end, each of which continues the one before it.
    func isContinued(_ files: [String], by path: String) -> Bool {
        guard let first = files.first, var capture = try? CaptureReading(path: first, limits: limits) else {
            return false
        }
        var nothing = Unheard()
        for file in files.dropFirst() {
            while capture.read(4_096, into: &nothing) {}
            guard (try? capture.goOn(with: file)) != nil else { return false }
        }
        while capture.read(4_096, into: &nothing) {}
        return capture.isContinued(by: path)
    }
}
