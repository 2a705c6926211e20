import { liveRollups } from '../rollups/live-rollups'
import type { FollowerFactory } from './follower'

/** Everything that is fed with rows as they are stored. */
export const followers: FollowerFactory[] = [liveRollups]
