/// How much a side takes at a time. Smaller in a simulation, so that few operations meet every limit.
package struct Pace: Equatable, Sendable {
    package var downloadCreditEntries = Limits.downloadCreditEntries
    package var uploadWindowOperations = Limits.uploadWindowOperations
    package var transactionOperationsMax = Limits.transactionOperationsMax
    package var backlogOperationsMax = Limits.backlogOperationsMax
    /// As many members' edits take the hub as long as one operation on rights, with what it answers to it: some
    /// 30 microseconds against half a millisecond.
    package var editsPerMovement = 20

    package var imageLogEntriesMin = Limits.imageLogEntriesMin
    package var imageLagEntriesMax = Limits.imageLagEntriesMax
    package var imageWindowBytesMax = Limits.imageWindowBytesMax
    package var chunkBytesMax = UInt64(Limits.chunkBytesMax)

    package init() {}
}
