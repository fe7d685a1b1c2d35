/** Goods and services with 19-digit tax classification codes: plausible, chosen for this invented province. */

/** How a good is taxed; the rate of each class hangs on the date (facts/law.ts). */
export type RateClass = 'standard' | 'low' | 'service' | 'farm' | 'passenger' | 'toll' | 'levy5';

export interface Good {
  readonly key: string;
  /** Leading digits of the code; the first seven tell the group. */
  readonly prefix: string;
  /** `*简称*品名` as printed on invoices. */
  readonly name: string;
  readonly unit: string;
  readonly priceYuan: number;
  readonly rateClass: RateClass;
  /** Long-term assets are bought to be used, not sold on. */
  readonly isCapital: boolean;
  /** First digits of the customs code where the good is imported, else empty. */
  readonly hsCode: string;
}

const good = (key: string, prefix: string, name: string, unit: string, priceYuan: number, rateClass: RateClass, more: { readonly capital?: boolean; readonly hs?: string } = {}): Good => ({
  key, prefix, name, unit, priceYuan, rateClass, isCapital: more.capital ?? false, hsCode: more.hs ?? '',
});

export const GOODS: readonly Good[] = [
  // farm and food
  good('wheat', '1010101010100', '*谷物*小麦', '吨', 2450, 'farm'),
  good('maize', '1010101020100', '*谷物*玉米', '吨', 2280, 'farm', { hs: '1005900000' }),
  good('vegetables', '1010112000000', '*蔬菜*鲜菜', '千克', 4.2, 'farm'),
  good('cotton', '1010104010100', '*纤维原料*皮棉', '吨', 15200, 'farm', { hs: '5201000000' }),
  good('herbs', '1010115010000', '*中草药材*三七', '千克', 96, 'farm'),
  good('timber', '1020101010000', '*原木*松木', '立方米', 980, 'farm', { hs: '4403210000' }),
  good('flour', '1030101010100', '*谷物加工品*小麦粉', '吨', 3300, 'low'),
  good('preserved', '1030203010000', '*蔬菜加工品*酱腌菜', '箱', 62, 'standard'),
  good('liquor', '1030306010000', '*酒*白酒', '箱', 420, 'standard'),
  good('foodstuff', '1030307990000', '*方便食品*预包装食品', '箱', 96, 'standard'),
  good('drinks', '1030308010000', '*软饮料*瓶装饮料', '箱', 48, 'standard'),
  good('frozen', '1030209010000', '*肉及肉制品*冷冻牛肉', '千克', 46, 'low', { hs: '0202300090' }),
  // textiles, wood, paper
  good('yarn', '1040101020000', '*纺织产品*棉纱', '吨', 21500, 'standard'),
  good('fabric', '1040102010000', '*纺织产品*棉布', '米', 8.6, 'standard'),
  good('garment', '1040201010000', '*服装*工作服', '套', 118, 'standard'),
  good('board', '1050101030000', '*木制品*胶合板', '张', 86, 'standard'),
  good('furniture', '1050201010000', '*家具*办公家具', '件', 780, 'standard'),
  good('pulp', '1060101010000', '*纸浆*漂白木浆', '吨', 5400, 'standard', { hs: '4703210000' }),
  good('paper', '1060102010000', '*纸制品*双胶纸', '吨', 5900, 'standard'),
  good('packaging', '1060209040000', '*塑料制品*编织袋', '条', 1.2, 'standard'),
  good('plasticPart', '1060210010000', '*塑料制品*注塑件', '件', 6.4, 'standard'),
  good('household', '1060512990000', '*日用杂品*家居用品', '件', 35, 'standard'),
  good('stationery', '1060501010000', '*文具*办公用品', '批', 260, 'standard'),
  // chemicals
  good('diesel', '1070101030000', '*成品油*柴油', '升', 6.9, 'standard'),
  good('pigment', '1070208020000', '*涂料颜料*钛白粉', '吨', 15100, 'standard', { hs: '3206111000' }),
  good('paint', '1070207010000', '*涂料颜料*工业涂料', '千克', 24, 'standard'),
  good('resin', '1070213010000', '*化学合成材料*丙烯酸树脂', '吨', 11800, 'standard', { hs: '3906901000' }),
  good('granule', '1070214020000', '*化学合成材料*聚氯乙烯', '吨', 6200, 'standard', { hs: '3904109001' }),
  good('fertiliser', '1070301010000', '*肥料*复合肥', '吨', 2850, 'low'),
  good('medicine', '1070401010000', '*化学药品制剂*片剂', '盒', 28, 'standard'),
  good('glass', '1070509010000', '*玻璃制品*玻璃瓶', '只', 1.4, 'standard'),
  good('cement', '1070508010000', '*非金属矿物制品*水泥', '吨', 340, 'standard'),
  good('concrete', '1070508020000', '*非金属矿物制品*商品混凝土', '立方米', 430, 'standard'),
  good('sand', '1020501010000', '*非金属矿石*砂石料', '吨', 62, 'standard'),
  good('rubber', '1070601010000', '*橡胶制品*橡胶件', '件', 12, 'standard'),
  // metals and machines
  good('coal', '1020401010000', '*煤炭*动力煤', '吨', 720, 'standard', { hs: '2701121000' }),
  good('ironOre', '1020501020000', '*金属矿石*铁精粉', '吨', 880, 'standard', { hs: '2601112000' }),
  good('steel', '1080107030000', '*黑色金属冶炼压延品*热轧钢材', '吨', 3720, 'standard'),
  good('copper', '1080202010000', '*有色金属*铜杆', '吨', 68500, 'standard', { hs: '7403111100' }),
  good('aluminium', '1080203010000', '*有色金属*铝型材', '吨', 21800, 'standard'),
  good('structure', '1080301010000', '*金属制品*钢结构件', '吨', 6900, 'standard'),
  good('hardware', '1080306010000', '*金属制品*五金件', '件', 9.5, 'standard'),
  good('motor', '1090401010000', '*电机*三相电动机', '台', 1850, 'standard'),
  good('cable', '1090406010000', '*电线电缆*电力电缆', '米', 42, 'standard'),
  good('leadBattery', '1090413010000', '*电池*铅酸蓄电池', '只', 310, 'standard'),
  good('lithiumBattery', '1090414020000', '*电池*锂离子电池', '只', 690, 'standard'),
  good('cathode', '1070215010000', '*化学合成材料*正极材料', '吨', 88000, 'standard'),
  good('chip', '1090503010000', '*电子元件*集成电路', '只', 14.5, 'standard', { hs: '8542319000' }),
  good('circuit', '1090504010000', '*电子元件*电路板', '块', 68, 'standard'),
  good('phone', '1090601010000', '*移动通信设备*手机', '部', 2300, 'standard'),
  good('appliance', '1090702010000', '*家用电器*空调器', '台', 2450, 'standard'),
  good('instrument', '1090801010000', '*仪器仪表*流量计', '台', 3200, 'standard'),
  good('autoPart', '1090306010000', '*机动车零部件*制动器', '件', 240, 'standard'),
  // long-term assets
  good('machine', '1090208990000', '*专用设备*成套生产线', '套', 860000, 'standard', { capital: true, hs: '8479899990' }),
  good('lathe', '1090105010000', '*通用设备*数控机床', '台', 185000, 'standard', { capital: true }),
  good('truck', '1090305020000', '*机动车*载货汽车', '辆', 265000, 'standard', { capital: true }),
  good('car', '1090305010000', '*机动车*乘用车', '辆', 142000, 'standard', { capital: true }),
  good('server', '1090511010000', '*计算机网络设备*服务器', '台', 42000, 'standard', { capital: true }),
  good('construction', '3050100000000', '*建筑服务*工程款', '项', 280000, 'low', { capital: true }),
  // energy, labour, services
  good('power', '1100101010000', '*供电*电力', '千瓦时', 0.61, 'standard'),
  good('water', '1100301010000', '*供水*自来水', '立方米', 4.3, 'low'),
  good('processing', '2010000000000', '*劳务*委托加工', '项', 30000, 'standard'),
  good('repair', '2020000000000', '*劳务*修理修配', '次', 1500, 'standard'),
  good('freight', '3010102020100', '*运输服务*公路货运', '次', 2600, 'low'),
  good('rail', '3010101010100', '*运输服务*铁路客运', '次', 320, 'passenger'),
  good('air', '3010301010000', '*运输服务*航空客运', '次', 980, 'passenger'),
  good('toll', '3040502020200', '*经营租赁*通行费', '次', 240, 'toll'),
  good('telecom', '3030100000000', '*电信服务*宽带服务', '月', 900, 'service'),
  good('software', '3040201010000', '*信息技术服务*软件开发', '项', 90000, 'service'),
  good('hosting', '3040203000000', '*信息技术服务*系统运维', '月', 12000, 'service'),
  good('design', '3040301000000', '*设计服务*设计费', '项', 6000, 'service'),
  good('research', '3040101000000', '*研发服务*技术研发', '项', 60000, 'service'),
  good('accounting', '3040602010000', '*鉴证咨询服务*代理记账', '月', 800, 'service'),
  good('consulting', '3040603000000', '*鉴证咨询服务*咨询费', '项', 9000, 'service'),
  good('advertising', '3040303000000', '*文化创意服务*广告费', '项', 7500, 'service'),
  good('labour', '3040801000000', '*现代服务*劳务派遣', '月', 5200, 'service'),
  good('warehousing', '3040401000000', '*物流辅助服务*仓储费', '月', 8600, 'service'),
  good('treatment', '3040902000000', '*专业技术服务*污水处理', '月', 42000, 'service'),
  good('rent', '3040502020000', '*经营租赁*房屋租赁', '月', 18000, 'levy5'),
  good('property', '3040804000000', '*现代服务*物业管理', '月', 6400, 'service'),
  good('catering', '3070401000000', '*餐饮服务*餐饮费', '次', 420, 'service'),
  good('lodging', '3070402000000', '*住宿服务*住宿费', '晚', 260, 'service'),
  good('travel', '3070301000000', '*旅游服务*旅游费', '人次', 1600, 'service'),
  good('housing', '5010100000000', '*不动产*商品住宅', '套', 760000, 'low'),
];

const INDEX = new Map(GOODS.map((each, at) => [each.key, at]));

/** Number of a good, as the tables carry it. Throws on a key that is not in the list. */
export function goodNumber(key: string): number {
  const found = INDEX.get(key);
  if (found === undefined) throw new Error(`no good "${key}": add it to facts/goods.ts`);
  return found;
}
