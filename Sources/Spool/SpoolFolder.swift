// The folder that a spool's segments lie in.

internal import Foundation

/// Makes, lists and empties a spool's folder.
enum SpoolFolder {
    /// Makes the folder, readable for its owner alone.
    static func make(_ path: String) throws(SpoolError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw SpoolError("Cannot make the folder", path, errno: errno)
        }
    }

    /// The segments in order of position; files that are none, or ended within their head, are left out.
    static func segments(in path: String) throws(SpoolError) -> [SpoolSegment] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        var segments: [SpoolSegment] = []
        for name in names.sorted() where SpoolSegment.isSegment(name) {
            let file = try SpoolFile(reading: path + "/" + name)
            if let segment = try SpoolSegment(reading: file) { segments.append(segment) }
        }
        return segments
    }

    /// Removes every segment but those named, whole or not.
    static func clear(_ path: String, keeping kept: Set<String> = []) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where SpoolSegment.isSegment(name) {
            let file = path + "/" + name
            if !kept.contains(file) { remove(file) }
        }
    }

    /// Gives a file its name, in place of another that has it. rename(2)
    static func rename(_ path: String, to name: String) throws(SpoolError) {
        guard unsafe Foundation.rename(path, name) == 0 else {
            throw SpoolError("Cannot make", name, errno: errno)
        }
    }

    /// Removes a file or an empty folder; one that cannot be removed is found again by the next start.
    static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }

    /// Removes the folder when nothing is left in it.
    static func removeIfEmpty(_ path: String) {
        _ = unsafe rmdir(path)
    }
}
