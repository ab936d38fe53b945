// What a recorder says while it works off what waits on the disk.

import Pipeline
import Synchronization

/// Follows the end of a recording, until nothing waits any more or nobody wants to wait.
struct RecordingEnd {
    let reporter: StatusReporter
    let isForMachines: Bool

    /// Tells how much is left; a signal leaves the rest to the next start.
    func follow(_ recording: LiveRecording) async {
        guard await recording.progress.spooledPackets > 0 else { return }
        Console.endProgress()
        Console.note(RecordingText.workingOff(await recording.progress))
        let pace = Mutex(ProgressPace())
        let reason = try? await StopCondition().wait(failure: { await recording.waitForFailure() }) {
            let isWritten = try await recording.commit()
            let progress = await recording.progress
            let status = reporter.report(progress, isWritten: isWritten, pruned: await recording.pruned)
            if isForMachines {
                Console.write(StatusFile.json(status))
            } else if progress.spooledPackets > 0, pace.withLock({ $0.isDue() }) {
                Console.progress(RecordingText.workingOff(progress))
            }
            return nil
        }
        // Cancelled when everything is read; a store that fails ends the recording by itself.
        if case .signalled = reason { recording.abandonPackets() }
    }
}
