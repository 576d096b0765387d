export type { NewRobot, Robot, RobotChange, RobotPermission, RobotPermissionInput } from './model.ts'
export {
  createRobot,
  deleteRobot,
  getRobot,
  listRobots,
  refreshSecret,
  refuseGivingAway,
  updateRobot,
} from './service.ts'
