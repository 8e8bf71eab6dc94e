/**
 * Phrases about units and the registry's pages in Chinese; zh.ts takes them in.
 */
export const unitsZh = {
  "access.units": "单位",
  "unit.new": "新建单位",
  "unit.name": "单位名称",
  "unit.id": "编号",
  "unit.idRule": "小写字母、数字和 -，建立后不再更改",
  "unit.department": "部门",
  "unit.level": "级别",
  "unit.level.prefecture": "州级",
  "unit.level.county": "县（市）级",
  "unit.level.provider": "服务方",
  "unit.county": "县（市）代码（6 位）",
  "unit.make": "建立",
  "unit.rename": "改名",
  "unit.close": "撤销单位",
  "unit.closeSure": "撤销后不能恢复：单位内 {count} 个账号停用，令牌吊销。确定吗？",
  "unit.accounts": "{count} 个账号",
  "unit.closedAt": "撤销于 {time}",
  "registry.more": "显示更多",
  "request.dueSoon": "即将到期：应于 {time} 前审核",
} as const;
