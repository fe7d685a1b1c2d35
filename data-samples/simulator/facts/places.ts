/** The invented province: sixteen cities with their counties. Codes begin with 53, names are made up. */

export const PROVINCE_CODE = '53';

/** Relative number of taxpayers of each city: a capital, then a Zipf tail. */
export const CITY_WEIGHTS = [100, 42, 30, 24, 20, 17, 15, 13, 12, 11, 10, 9, 8, 7, 6, 5] as const;

/** Counties of each city. */
export const COUNTIES = [14, 9, 8, 9, 10, 8, 7, 6, 10, 8, 6, 5, 7, 5, 4, 3] as const;

/** Words for the places in company names: inside the province and outside. */
export const PLACE_WORDS = ['滇池', '金碧', '玉龙', '苍洱', '麒麟', '澄江', '红河', '云岭', '翠湖', '安宁', '石林', '东川', '昭鲁', '楚雄', '普洱', '临沧', '保山', '腾越', '怒江', '迪庆', '文山', '版纳', '大理', '曲江', '宣威', '会泽', '禄劝', '武定'] as const;
export const OUTSIDE_WORDS = ['粤海', '浙东', '川渝', '桂南', '湘江', '江淮', '齐鲁', '中原', '闽南', '赣北', '黔中', '沪东'] as const;

/** Divisions of parties outside the province. */
export const OUTSIDE_DIVISIONS = ['440305', '330106', '510104', '450102', '430111', '340104', '370102', '410105', '350203', '360103', '520102', '310115'] as const;

export const NAME_FIRST = ['恒', '瑞', '盛', '嘉', '宏', '昌', '信', '远', '鼎', '泽', '博', '禾', '凯', '润', '兴', '弘', '晟', '铭', '启', '景', '卓', '永', '汇', '腾', '华', '安', '茂', '万', '海', '诺', '立', '君', '骏', '新', '正', '聚', '佳', '广', '玖', '尚'] as const;
export const NAME_SECOND = ['达', '源', '丰', '业', '通', '合', '祥', '诚', '泰', '辉', '航', '益', '隆', '捷', '利', '顺', '创', '佑', '峰', '锦', '成', '和', '康', '拓', '程', '邦', '来', '越', '图', '尔', '德', '宁', '发', '森', '骐', '锐', '途', '桥', '卓', '纬'] as const;
export const NAME_THIRD = ['', '云', '川', '岳', '城', '东', '南', '西', '北', '中', '天', '方', '江', '湖', '林', '山', '原', '阳', '明', '星', '光', '石', '金', '玉', '春', '秋', '一', '三'] as const;
export const SURNAMES = ['李', '王', '张', '杨', '赵', '普', '段', '和', '马', '陈', '刘', '周', '高', '罗', '徐', '何'] as const;
